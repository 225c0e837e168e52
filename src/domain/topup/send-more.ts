import type { Fix } from '../failure/failure.ts';
import { fixedUsd } from '../money/money.ts';
import { human } from '../suggest/fix.ts';

/** What a person does about an account that holds too little, by so many credits: rounded up to a cent. */
export const sendMore = (missing: bigint): Fix => {
  const sum = fixedUsd(missing, 2);
  return human(`Send ${sum} USD of credits to the account, or buy them with tokens.`, 'credits topup', sum, { show: true });
};
