import { Decimal } from 'decimal.js';

/**
 * Decimals wide enough that products of credits, rates and seconds are exact. decimal.js takes the precision of the left
 * operand's constructor, and its default of 20 digits drops the end of the network's 18-decimal rates.
 */
export const Exact = Decimal.clone({ precision: 80, rounding: Decimal.ROUND_HALF_EVEN });
