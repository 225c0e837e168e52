import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { agent } from '../../domain/suggest/fix.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { isInhabited } from '../policy/slice-in-force.ts';

/** Throws `USAGE` where an agent lives in the VM (`vm spawn`): its token is on that disk alone, and its row names that VM. */
export const requireUninhabited = (ledger: Pick<LedgerReader, 'agents' | 'vms'>, { name, network, account, operation }: VmRecord): void => {
  const child = ledger.agents({ network, account }).find((row) => row.operation === operation && row.revokedAt === null);
  if (child === undefined || !isInhabited(ledger, operation)) return;
  throw new Failure('USAGE', `Agent ${child.name} lives in VM ${name}, and could call no more: its token is on that disk alone.`, {
    sideEffects: 'none',
    fix: agent('Destroy the VM, then spawn one under another name.', 'vm destroy', name, { withChildren: true, dryRun: true }),
    facts: { name, agent: child.name },
  });
};
