import type { Decimal } from 'decimal.js';
import { Exact } from '../../domain/money/exact.ts';
import type { Balance, Burn } from '../../ports/network/accounts.ts';

/** Returns the seconds until the credits are used up at this burn; null while nothing burns. Lots that expire count only until they do. */
export const runwaySeconds = (balance: Balance, burn: Burn, now: number): number | null => {
  if (burn.perSecond.lte(0)) return null;
  const lots = [...balance.lots].filter(({ credits }) => credits > 0n);
  const lasting = lots.length === 0 ? balance.credits : sum(lots.filter(({ expiresAt }) => expiresAt === null));
  const expiring = lots.filter(({ expiresAt }) => expiresAt !== null).sort((a, b) => a.expiresAt! - b.expiresAt!);
  let elapsed = new Exact(0);
  for (const lot of expiring) {
    const left = new Exact(Math.max(0, (lot.expiresAt! - now) / 1000)).minus(elapsed);
    if (left.lte(0)) continue;
    elapsed = elapsed.plus(smaller(left, new Exact(lot.credits.toString()).div(burn.perSecond)));
  }
  return elapsed.plus(new Exact(lasting.toString()).div(burn.perSecond)).floor().toNumber();
};

const sum = (lots: readonly { credits: bigint }[]): bigint => lots.reduce((total, { credits }) => total + credits, 0n);

const smaller = (a: Decimal, b: Decimal): Decimal => (a.lt(b) ? a : b);
