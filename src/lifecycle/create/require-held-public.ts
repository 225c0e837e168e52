import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { usd } from '../../domain/money/money.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { dormantHoldMs } from '../end/never-accepted.ts';
import { closeOperation } from '../operation/end-operation.ts';
import { heldRow, isUnsent } from '../operation/unsent.ts';
import { moveIn } from '../trail/move-vm.ts';
import { isPublic, requirePublic } from '../trail/require-public.ts';

const holdOf = (ledger: LedgerReader, { id }: VmRecord): number => {
  const row = heldRow(ledger, id);
  if (row === null) throw new Error(`no row of the trail holds money for VM ${id}`);
  return row;
};

/** What an interruption means whose VM is held for, and nothing of it left this machine. */
const beforeSending = (vm: VmRecord): Failure => {
  const releasedAt = formatInstant(vm.signedAt + dormantHoldMs);
  return new Failure(
    'INTERRUPTED',
    `Interrupted before VM ${vm.name} was ordered: nothing was posted, nothing runs and nothing bills. ${usd(vm.hold)} USD stay held for it and are released by gc after ${releasedAt}; vm destroy releases them now.`,
    {
      sideEffects: 'partial',
      exposureUsdPerHour: '0',
      fix: agent('Go on with this create, or cancel it with vm destroy.', 'vm wait', vm.name),
      facts: { id: shortId(vm.id), name: vm.name, state: vm.state, heldUsd: usd(vm.hold), releasedAt },
    },
  );
};

/**
 * Makes the hold of an attempt public before its INSTANCE leaves, until `deadline` (ms) at the latest. Where that fails the hold is released, the operation ended, and the failure
 * of `requirePublic` thrown. An interruption leaves the hold, and says what that means.
 */
export const requireHeldPublic = async (context: ChangeContext, vm: VmRecord, deadline: number): Promise<void> => {
  const row = holdOf(await context.ledger(), vm);
  try {
    await requirePublic(
      context,
      { account: vm.account, row, deadline },
      {
        point: 'create.release',
        release: (transaction, code) =>
          void moveIn(context, transaction, 'create.release', vm, { to: 'dormant', outcome: code, patch: { hold: 0n }, credits: 0n }),
      },
    );
  } catch (problem) {
    if (problem instanceof Failure && problem.code !== 'INTERRUPTED') await closeOperation(context, vm.operation, problem.code);
    else if (context.signal.aborted && isUnsent(await context.ledger(), vm)) throw beforeSending(vm);
    throw problem;
  }
};

/**
 * Tells whether the INSTANCE of an attempt may be sent, now or by a call that goes on with it: its hold is public still. A hold that never was
 * is made so first, as in `requireHeldPublic`: no process has sent its INSTANCE.
 */
export const isHeldPublic = async (context: ChangeContext, vm: VmRecord, deadline: number): Promise<boolean> => {
  const ledger = await context.ledger();
  const row = holdOf(ledger, vm);
  const confirmed = ledger.head({ account: vm.account })?.confirmedRows ?? 0;
  if (confirmed >= row) return isPublic(context, { account: vm.account, row, deadline });
  await requireHeldPublic(context, vm, deadline);
  return true;
};
