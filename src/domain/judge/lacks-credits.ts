import type { Check } from '../failure/failure.ts';
import type { FailureCode } from '../failure/failure-codes.ts';

/** The checks that pass once there is more money. An approval does not answer them. */
export const mendedByCredits: readonly FailureCode[] = ['CREDIT_RESERVE_SHORT', 'BALANCE_GUARD'];

/** Does the account hold too little, whoever approves? */
export const lacksCredits = (failing: readonly Pick<Check, 'code'>[]): boolean =>
  failing.some(({ code }) => mendedByCredits.includes(code));
