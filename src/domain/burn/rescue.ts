import { liveStates, type VmRecord } from '../ledger/vm-record.ts';
import { Exact } from '../money/exact.ts';
import { creditsOver } from '../money/money.ts';
import { costBetween } from '../money/price.ts';
import type { AccountFigures } from './exposure.ts';

/** The network needs a day of the account's whole burn when it checks again, which it does within the hour (protocol-ccn.md §5.8). */
const neededSeconds = 86_400 + 3600;

/**
 * Credits to add so that the network keeps every VM that it is about to remove: a day and an hour of the account's whole burn plus unbilled
 * use, minus the balance. 0 where the balance suffices and the network has merely not checked again yet.
 */
export const rescueSum = (
  vms: readonly Pick<VmRecord, 'id' | 'state' | 'rate' | 'signedAt' | 'billed'>[],
  { balance, burn }: Pick<AccountFigures, 'balance' | 'burn'>,
  now: number,
): bigint => {
  const consumed = new Map(burn.resources.map((resource) => [resource.id, resource.consumed]));
  const unbilled = vms
    .filter(({ state }) => liveStates.includes(state))
    .map(({ id, rate, signedAt, billed }) => {
      const known = consumed.get(id) ?? 0n;
      const open = costBetween(new Exact(rate), signedAt, now) - (known > billed ? known : billed);
      return open > 0n ? open : 0n;
    })
    .reduce((sum, credits) => sum + credits, 0n);
  const short = creditsOver(burn.perSecond, neededSeconds) + unbilled - balance.credits;
  return short > 0n ? short : 0n;
};
