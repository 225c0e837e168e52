import { frozen } from '../../domain/stored/frozen.ts';

/** JSON that keeps bigints: `{"$bigint":"12"}`. Decimals become strings, undefined members go. */
export const toStoredJson = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, member: unknown) => (typeof member === 'bigint' ? { $bigint: member.toString() } : member));

const isBigint = (value: unknown): value is { $bigint: string } =>
  typeof value === 'object' && value !== null && '$bigint' in value && typeof value.$bigint === 'string' && Object.keys(value).length === 1;

/** Looking at every member costs ten times the parsing, and most rows have no bigint. */
const parsed = (text: string): unknown =>
  text.includes('"$bigint"')
    ? JSON.parse(text, (_, member: unknown) => (isBigint(member) ? BigInt(member.$bigint) : member))
    : JSON.parse(text);

/** Texts of this many characters and more are kept with what they say, so many characters of them, those that were read last. */
const large = 4096;
const mostKept = 32 * 1024 * 1024;
const kept = new Map<string, unknown>();
let keptNow = 0;

/** What a stored text says. Large ones are the policy's, which each call reads several times: they are parsed once, and nobody can change them. */
export const fromStoredJson = (text: string): unknown => {
  if (text.length < large) return parsed(text);
  const isKept = kept.has(text);
  const value = isKept ? kept.get(text) : frozen(parsed(text));
  kept.delete(text);
  kept.set(text, value);
  if (isKept) return value;
  keptNow += text.length;
  for (const oldest of kept.keys()) {
    if (keptNow <= mostKept || oldest === text) break;
    kept.delete(oldest);
    keptNow -= oldest.length;
  }
  return value;
};
