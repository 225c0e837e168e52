import { Failure } from '../failure/failure.ts';

/** An EVM address as given; `USAGE` unless it is 0x and 40 hex digits. The network takes addresses exactly as they are written. */
export const checkAddress = (text: string): string => {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text;
  throw new Failure('USAGE', `"${text}" is not an address: 0x and 40 hex digits.`);
};
