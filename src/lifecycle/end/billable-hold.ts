import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver } from '../../domain/money/money.ts';

/**
 * Returns the credits that can still be billed for a VM that ended at `endedAt` (ms): its rate from signing to that end, rounded up, and
 * never less than was billed. Counted from signing, because the row knows only when somebody first saw the message processed, which may be
 * hours late.
 */
export const billableHold = (vm: VmRecord, endedAt: number): bigint => {
  const seconds = new Exact(Math.max(0, endedAt - vm.signedAt)).div(1000);
  const credits = creditsOver(new Exact(vm.rate), seconds);
  return credits > vm.billed ? credits : vm.billed;
};
