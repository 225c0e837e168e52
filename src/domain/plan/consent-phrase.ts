import { Exact } from '../money/exact.ts';

const number = /^\d{1,12}(\.\d{1,12})?$/;
/** An amount has decimals; digits alone are the end of an address and must match exactly. */
const amount = /^\d{1,12}\.\d{1,12}$/;

export const isAmount = (phrase: string): boolean => amount.test(phrase);

/**
 * Is what a person typed the consent phrase? An amount may have a sign before it and its zeros written in any way; any other phrase must
 * match to the letter.
 */
export const isPhrase = (typed: string, phrase: string): boolean => {
  const given = isAmount(phrase) ? typed.trim().replace(/^\$/, '') : typed.trim();
  return given === phrase || (number.test(given) && isAmount(phrase) && new Exact(given).eq(phrase));
};
