import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver } from '../../domain/money/money.ts';

/**
 * What can still be billed for a VM that ended at `endedAt`: its rate from signing to forgotten, rounded up; never less than was
 * billed. From signing, because when it was processed is known only as when somebody looked, which may be hours later.
 */
export const billableHold = (vm: VmRecord, endedAt: number): bigint => {
  const seconds = new Exact(Math.max(0, endedAt - vm.signedAt)).div(1000);
  const credits = creditsOver(new Exact(vm.rate), seconds);
  return credits > vm.billed ? credits : vm.billed;
};
