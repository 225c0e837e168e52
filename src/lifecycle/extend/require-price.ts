import type { Decimal } from 'decimal.js';
import { Failure } from '../../domain/failure/failure.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import type { ExtendSubject } from '../../domain/plan/kinds/extend.ts';

/** Refuses with `PRICE_MOVED` when the network's price is more than 2 % above the plan's: the caller agreed to the plan's price only. */
export const requirePrice = ({ rate }: ExtendSubject, now: Decimal): void => {
  if (now.lte(new Exact(rate).times('1.02'))) return;
  throw new Failure(
    'PRICE_MOVED',
    `The VM's price moved from ${usdPerHour(new Exact(rate))} to ${usdPerHour(now)} USD/h since the plan was made. Nothing was sent.`,
  );
};
