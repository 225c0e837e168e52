import { Failure } from '../domain/failure/failure.ts';
import type { FailureCode } from '../domain/failure/failure-codes.ts';

/** A private key has 64 hex digits, and a part of one must not show either; an address has only 40. */
const keyLike = /(?:0x)?[0-9a-f]{48,}/gi;

/** Typed text, made fit to be repeated in an answer that others read and keep. */
export const hideKeys = (text: string): string => text.replace(keyLike, '(hidden: it looks like a private key)');

const hidden = (value: unknown): unknown => {
  if (typeof value === 'string') return hideKeys(value);
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [hideKeys(key), hidden(member)]));
};

/** Codes whose failures quote words that were typed and never a message, whose hash would look like a key. */
const quoting: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'USAGE',
  'INPUT_MISSING',
  'KEY_NOT_FOUND',
  'KEY_INVALID',
  'CODE_NOT_FOUND',
]);

/** The failure without any private key that was typed in the wrong place. Failures that quote nothing stay as they are. */
export const withoutKeys = (failure: Failure): Failure =>
  quoting.has(failure.code) ? new Failure(failure.code, hideKeys(failure.message), hidden(failure.details) as Failure['details']) : failure;
