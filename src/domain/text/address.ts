import { Failure } from '../failure/failure.ts';

/**
 * Returns an EVM address as given; throws `USAGE` unless it is 0x and 40 hex digits. The case stays, because the network distinguishes it.
 */
export const checkAddress = (text: string): string => {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text;
  throw new Failure('USAGE', `"${text}" is not an address: 0x and 40 hex digits.`);
};

/** An address in so few characters that it fits a table: `0x15d3…6A65`. */
export const shortAddress = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`;
