import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader, VmFilter } from '../../ports/ledger.ts';

/**
 * Returns the account's rows of which there may be something to do, by signing time: those that `filter` has, and those whose VMs the network
 * lists, whatever became of them. What is over for long is not read.
 */
export const lookedAt = (
  ledger: Pick<LedgerReader, 'vm' | 'vms'>,
  scope: { account: string; network: string },
  filter: Pick<VmFilter, 'states' | 'endedSince'>,
  listed: Iterable<string>,
): VmRecord[] => {
  const rows = ledger.vms({ ...scope, ...filter });
  const known = new Set(rows.map(({ id }) => id));
  const others = [...listed].flatMap((id) => (known.has(id) ? [] : (ledger.vm(id) ?? [])));
  const ours = others.filter(({ account, network }) => account === scope.account && network === scope.network);
  return [...rows, ...ours].sort((a, b) => a.signedAt - b.signedAt);
};
