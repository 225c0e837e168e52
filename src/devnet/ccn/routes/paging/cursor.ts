import { isoMicro } from '../iso.ts';
import { refuse } from '../query.ts';
import { secondsOfIso } from './seconds-of-iso.ts';

/** One part of what a list is ordered by: `t` in a cursor is a time, in seconds here and ISO there. */
export type KeyPart = string | number;

/** Unpadded base64url of a JSON object whose names are sorted: opaque to clients (pyaleph: src/aleph/toolkit/cursor.py). */
export const encodeCursor = (values: Readonly<Record<string, unknown>>): string =>
  Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))))).toString('base64url');

/** What is in a cursor that is not empty; 422 where it is none of ours. */
export const decodeCursor = (cursor: string, names: readonly string[]): Record<string, unknown> => {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw refuse(422, 'Expecting value: line 1 column 1 (char 0)');
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw refuse(422, 'Invalid cursor: payload is not a dict');
  if (names.some((name) => !(name in values))) throw refuse(422, 'Invalid cursor: missing required fields');
  return values as Record<string, unknown>;
};

/** The cursor that goes on behind a key. */
export const cursorOfKey = (names: readonly string[], key: readonly KeyPart[]): string =>
  encodeCursor(
    Object.fromEntries(names.map((name, index) => [name, name === 't' ? isoMicro(Number(key[index]), '+00:00') : (key[index] ?? null)])),
  );

/** The key that a cursor goes on behind. */
export const keyOfCursor = (cursor: string, names: readonly string[]): KeyPart[] => {
  const values = decodeCursor(cursor, names);
  return names.map((name) => {
    const value = values[name];
    if (name !== 't') return typeof value === 'number' ? value : String(value);
    const seconds = secondsOfIso(values[name]);
    if (seconds === null) throw refuse(422, `Invalid isoformat string: '${String(values[name])}'`);
    return seconds;
  });
};
