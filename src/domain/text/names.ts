import { Failure } from '../failure/failure.ts';
import { base32 } from './ids.ts';

const adjectives = [
  'calm',
  'brisk',
  'amber',
  'quiet',
  'swift',
  'bold',
  'clear',
  'early',
  'green',
  'keen',
  'light',
  'merry',
  'plain',
  'proud',
  'round',
  'warm',
];
const nouns = [
  'otter',
  'finch',
  'maple',
  'heron',
  'birch',
  'comet',
  'delta',
  'ember',
  'field',
  'grove',
  'harbor',
  'lark',
  'meadow',
  'pebble',
  'river',
  'willow',
];

/**
 * Is the text a name that we give: `[a-z0-9-]{1,40}`, and neither like a flag (`--all`) nor like an item hash's prefix (six or more hex
 * digits only)?
 */
export const isName = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,39}$/.test(text) && !/^[0-9a-f]{6,}$/.test(text);

/** Returns the name; throws `USAGE` where it is not well-formed. */
export const checkName = (text: string): string => {
  if (isName(text)) return text;
  const why = /^[0-9a-f]{6,40}$/.test(text) ? 'six or more hex digits read as an id' : 'use 1 to 40 of a-z, 0-9 and "-", the first no "-"';
  throw new Failure('USAGE', `"${text}" cannot be a name: ${why}.`);
};

/**
 * A readable name like `amber-finch-4k9` from 4 random bytes, after a prefix of at most 20 characters. It is only in the ledger and never
 * public.
 */
export const randomName = (bytes: Uint8Array, prefix: string | null = null): string =>
  `${prefix === null ? '' : `${prefix}-`}${adjectives[bytes[0]! % adjectives.length]}-${nouns[bytes[1]! % nouns.length]}-${base32(bytes.subarray(2, 4), 3)}`;

/** The label that the message's public metadata carries, from 10 random bytes; it says nothing about the VM (product.md §1 rule 11). */
export const randomLabel = (bytes: Uint8Array): string => `vm-${base32(bytes, 16)}`;
