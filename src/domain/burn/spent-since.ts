import { costBetween } from '../money/price.ts';
import { type AccountFigures, chargedByVm, type Exposure } from './exposure.ts';

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/**
 * Credits spent or committed since an instant (ms). A VM made since then counts with its whole cost, an older VM with its cost after the
 * instant. No VM counts less than its rows in the network's expense history, which also covers the account's other resources.
 */
export const spentSince = (since: number, exposures: readonly Exposure[], expenses: AccountFigures['spent']): bigint => {
  const counted = expenses.filter(({ at }) => at >= since);
  const known = new Set(exposures.map(({ id }) => id));
  const charged = chargedByVm(counted);
  const byVm = exposures.map(({ id, from, until, rate, whole }) => {
    if (from >= since) return whole;
    const later = until <= since ? 0n : costBetween(rate, since, until);
    const committed = later < whole ? later : whole;
    const billed = charged.get(id) ?? 0n;
    return billed > committed ? billed : committed;
  });
  const others = counted.filter(({ vm }) => vm === null || !known.has(vm)).map(({ credits }) => credits);
  return sum([...byVm, ...others]);
};
