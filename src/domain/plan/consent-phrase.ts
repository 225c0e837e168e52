import { Exact } from '../money/exact.ts';

const number = /^\d{1,12}(\.\d{1,12})?$/;
/** Amounts are asked for with their decimals; digits without are the end of an address. */
const amount = /^\d{1,12}\.\d{1,12}$/;

/** Whether what was typed is the phrase that gives consent: an amount however its zeros are written, anything else to the letter. */
export const isPhrase = (typed: string, phrase: string): boolean => {
  const given = typed.trim();
  return given === phrase || (number.test(given) && amount.test(phrase) && new Exact(given).eq(phrase));
};
