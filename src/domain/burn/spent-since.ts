import { costBetween } from '../money/price.ts';
import type { AccountFigures, Exposure } from './exposure.ts';

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/**
 * Credits spent or committed since an instant (ms): a VM made since then with all it can cost, an older one with what falls
 * after it, and never less than the network's own history, other resources of the account included.
 */
export const spentSince = (since: number, exposures: readonly Exposure[], expenses: AccountFigures['expenses']): bigint => {
  const counted = expenses.filter(({ at }) => at >= since);
  const known = new Set(exposures.map(({ id }) => id));
  const byVm = exposures.map(({ id, from, until, rate, whole }) => {
    if (from >= since) return whole;
    const later = costBetween(rate, since, until);
    const committed = later < whole ? later : whole;
    const billed = sum(counted.filter(({ vm }) => vm === id).map(({ credits }) => credits));
    return billed > committed ? billed : committed;
  });
  const others = counted.filter(({ vm }) => vm === null || !known.has(vm)).map(({ credits }) => credits);
  return sum([...byVm, ...others]);
};
