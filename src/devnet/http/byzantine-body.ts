import { Decimal } from 'decimal.js';
import type { DevnetClock } from '../world/clock.ts';

/** A header of answers whose body is still being made, by the clock, when they begin. */
export const slowBody = 'devnet-slow-body';

const HUGE_BYTES = 64 * 1024 * 1024;
const CHUNK = new Uint8Array(64 * 1024).fill(0x20);
const NAMES = /^(name|display_name|alias|description|hostname|label|reason|comment)$/;
/** Red text, a new window title, a cursor at the start of the line: what a careless terminal would obey. */
const ESCAPES = '\u001b[31m\u001b]0;owned\u0007\r\u001b[2K';

/** The same shape with every leaf of another type: text for numbers, numbers for text, objects for lists. */
export const wrongTypes = (value: unknown): unknown => {
  if (typeof value === 'string') return value.length;
  if (typeof value === 'number') return `${value} or so`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return Object.fromEntries(value.map((item, index) => [index, wrongTypes(item)]));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wrongTypes(item)]));
  return value;
};

/** The same with every number, and every text that is one, so many times as much: what a host says that lies about prices or balances. */
export const scaled = (value: unknown, factor: number): unknown => {
  if (typeof value === 'number') return value * factor;
  if (typeof value === 'string') return /^\d+(\.\d+)?$/.test(value) ? new Decimal(value).times(factor).toFixed() : value;
  if (Array.isArray(value)) return value.map((item) => scaled(item, factor));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scaled(item, factor)]));
  return value;
};

/** Terminal escapes in every text that people are shown. */
export const escapesInNames = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string') return NAMES.test(key) ? `${ESCAPES}${value}` : value;
  if (Array.isArray(value)) return value.map((item) => escapesInNames(item, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, escapesInNames(item, name)]));
  return value;
};

/** 64 MiB of white space before a JSON text could end. */
export const hugeBody = (): ReadableStream<Uint8Array> => {
  let left = HUGE_BYTES;
  return new ReadableStream({
    pull: (stream) => {
      left -= CHUNK.length;
      stream.enqueue(CHUNK.slice());
      if (left <= 0) stream.close();
    },
  });
};

/** A byte a second, for ever. */
export const endlessBody = (clock: DevnetClock): ReadableStream<Uint8Array> => {
  const gone = new AbortController();
  return new ReadableStream({
    pull: async (stream) => {
      await clock.wait(1000, gone.signal).catch(() => undefined);
      if (!gone.signal.aborted) stream.enqueue(CHUNK.slice(0, 1));
    },
    cancel: () => gone.abort(),
  });
};
