import type { Decimal } from 'decimal.js';
import { type JudgedCheck, judged } from '../limits/judged-check.ts';
import { usdPerHour } from '../money/money.ts';

/** How many times the price seen last a price may be, or go into it, before a person is asked. */
export const usualFactor = 2;

/**
 * Checks that a VM costs about what it would by the price seen last, both in credits per second: whoever stands between us and the network
 * could make it cheap, so that more VMs fit the limits than the owner meant to pay for.
 */
export const priceCheck = (rate: Decimal, expected: Decimal): JudgedCheck => {
  const [least, most] = [expected.div(usualFactor), expected.times(usualFactor)];
  const [now, usual] = [usdPerHour(rate), usdPerHour(expected)];
  return judged(
    'PRICE_UNUSUAL',
    rate.gte(least) && rate.lte(most),
    now,
    usdPerHour(rate.lt(expected) ? least : most),
    `The VM costs ${now} USD/h; by the price seen last it would cost ${usual}. A person is asked where one is over ${usualFactor} times the other.`,
  );
};
