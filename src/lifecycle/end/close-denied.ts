import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { isMadeHere } from '../account/account-rows.ts';
import { auditVm } from '../trail/audit.ts';
import { moveVm } from '../trail/move-vm.ts';
import { beginTearDown } from './tear-down.ts';

const deniedForMs = 3600_000;
const [denied, notDenied] = ['denied', 'no longer denied'] as const;

/**
 * Gives up a VM that this ledger did not make and that two CCN hosts have denied for an hour: nothing but an earlier answer of a host says that
 * it ever was. Notes in the trail since when they deny it. Returns the row, `dormant` once it is given up and watched on.
 */
export const closeDenied = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const ledger = await context.ledger();
  if (!liveStates.includes(vm.state) || isMadeHere(ledger, vm.id)) return vm;
  const statuses = await (await context.cloud()).messages.statusOf(vm.id);
  const since = deniedSince(ledger, vm);
  const denying = statuses.filter(({ status }) => status === 'unknown' || status === 'rejected').length;
  const isDenied = statuses.length > 0 && denying >= Math.min(2, statuses.length);
  if (isDenied !== (since !== null)) {
    ledger.write('reconcile.status', (transaction) =>
      auditVm(context, transaction, 'reconcile.status', vm, { outcome: isDenied ? denied : notDenied }),
    );
  }
  if (!isDenied || since === null || context.clock.now() - since < deniedForMs) return vm;
  const begun = await beginTearDown(context, vm, 'rollback');
  return moveVm(context, 'reconcile.status', begun, { to: 'dormant', outcome: 'denied for an hour', patch: { hold: 0n }, credits: 0n });
};

/** Returns since when two hosts deny the VM, ms; null where the last look found otherwise. */
const deniedSince = (ledger: Pick<LedgerReader, 'effects'>, { id }: VmRecord): number | null => {
  const newest = ledger.effects({ vm: id, point: 'reconcile.status' }).find(({ outcome }) => outcome === denied || outcome === notDenied);
  return newest?.outcome === denied ? newest.at : null;
};
