import type { CreditMove } from '../../state.ts';
import { isoMicro, micro } from '../iso.ts';
import { refuse } from '../query.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { secondsOfIso } from './seconds-of-iso.ts';

export const historySorts = ['message_timestamp', 'expiration_date', 'payment_method', 'amount', 'origin', 'tx_hash', 'provider'] as const;
export type HistorySort = (typeof historySorts)[number];

/** By what, and where the greatest stands: all parts of the key go the same way, and what has no value comes last either way. */
export interface HistoryOrder {
  by: HistorySort;
  newestFirst: boolean;
}

/** Times in seconds. */
interface Key {
  value: string | number | null;
  ref: string;
  index: number;
}

const keyOf = (move: CreditMove, by: HistorySort): Key => {
  const { credit_ref: ref, credit_index: index, time, amount, expiresAt } = move;
  if (by === 'message_timestamp') return { value: micro(time), ref, index };
  if (by === 'amount') return { value: Number(amount), ref, index };
  if (by === 'expiration_date') return { value: expiresAt === null ? null : micro(expiresAt / 1000), ref, index };
  return { value: move[by], ref, index };
};

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const compareKeys = (a: Key, b: Key, newestFirst: boolean): number => {
  const sign = newestFirst ? -1 : 1;
  if (a.value !== b.value) {
    if (a.value === null) return 1;
    return b.value === null ? -1 : sign * compare(a.value, b.value);
  }
  return sign * (compare(a.ref, b.ref) || compare(a.index, b.index));
};

export const orderedHistory = (moves: readonly CreditMove[], { by, newestFirst }: HistoryOrder): CreditMove[] =>
  [...moves].sort((a, b) => compareKeys(keyOf(a, by), keyOf(b, by), newestFirst));

const isTime = (by: HistorySort): boolean => by === 'message_timestamp' || by === 'expiration_date';

export const cursorAfterMove = (move: CreditMove, { by, newestFirst }: HistoryOrder): string => {
  const { value, ref, index } = keyOf(move, by);
  return encodeCursor({
    s: by,
    v: isTime(by) && value !== null ? isoMicro(Number(value), '+00:00') : value,
    o: newestFirst ? -1 : 1,
    r: ref,
    i: index,
  });
};

/** What comes behind a cursor of the same order; 422 for one of another. `moves` are in order. */
export const movesAfter = (moves: readonly CreditMove[], order: HistoryOrder, cursor: string): CreditMove[] => {
  const { by, newestFirst } = order;
  const { s, v, o, r, i } = decodeCursor(cursor, ['s', 'v', 'o', 'r', 'i']);
  const asked = newestFirst ? -1 : 1;
  if (s !== by) throw refuse(422, `Cursor sort field mismatch: cursor was created with sort_by=${s}, but request has sort_by=${by}`);
  if (o !== asked)
    throw refuse(422, `Cursor sort order mismatch: cursor was created with sort_order=${o}, but request has sort_order=${asked}`);
  const value = isTime(by) && v !== null ? secondsOfIso(v) : typeof v === 'number' || typeof v === 'string' ? v : null;
  const after: Key = { value, ref: String(r), index: Number(i) };
  return moves.filter((move) => compareKeys(keyOf(move, by), after, newestFirst) > 0);
};
