import { Failure } from '../../domain/failure/failure.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { closeOperation } from '../operation/end-operation.ts';
import { moveIn } from '../trail/move-vm.ts';
import { isPublic, requirePublic } from '../trail/require-public.ts';

/** The row of the trail that holds the money for an attempt. */
const holdOf = (ledger: LedgerReader, { id }: VmRecord): number => {
  const [held] = ledger.effects({ vm: id }).filter(({ point }) => point === 'create.hold' || point === 'create.failover');
  if (held === undefined) throw new Error(`no row of the trail holds money for VM ${id}`);
  return held.seq;
};

/**
 * Makes the hold of an attempt public before its INSTANCE leaves. Where that fails the hold is released, the operation ended, and the failure
 * of `requirePublic` thrown.
 */
export const requireHeldPublic = async (context: ChangeContext, operation: Pick<OperationRecord, 'id'>, vm: VmRecord): Promise<void> => {
  const row = holdOf(await context.ledger(), vm);
  try {
    await requirePublic(
      context,
      { account: vm.account, row },
      {
        point: 'create.release',
        release: (transaction, code) =>
          void moveIn(context, transaction, 'create.release', vm, { to: 'dormant', outcome: code, patch: { hold: 0n }, credits: 0n }),
      },
    );
  } catch (problem) {
    if (problem instanceof Failure && problem.code !== 'INTERRUPTED') await closeOperation(context, operation.id, problem.code);
    throw problem;
  }
};

/**
 * Tells whether the INSTANCE of an attempt may be sent, now or by a call that goes on with it: its hold is public still. A hold that never was
 * is made so first, as in `requireHeldPublic`: no process has sent its INSTANCE.
 */
export const isHeldPublic = async (context: ChangeContext, vm: VmRecord): Promise<boolean> => {
  const ledger = await context.ledger();
  const row = holdOf(ledger, vm);
  const confirmed = ledger.head({ account: vm.account })?.confirmedRows ?? 0;
  if (confirmed >= row) return isPublic(context, { account: vm.account, row });
  await requireHeldPublic(context, { id: vm.operation }, vm);
  return true;
};
