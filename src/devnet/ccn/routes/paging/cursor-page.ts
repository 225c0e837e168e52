import type { Context } from 'hono';
import { integerOf, refuse } from '../query.ts';
import { cursorOfKey, type KeyPart, keyOfCursor } from './cursor.ts';

/** How a list is ordered: by the first part of the key as asked for, then by the others upwards, so that no two rows are equal. */
export interface Order<Row> {
  /** What the parts are called in a cursor. */
  names: readonly string[];
  key(row: Row): readonly KeyPart[];
  newestFirst: boolean;
}

export interface CursorPage<Row> {
  rows: Row[];
  perPage: number;
  /** null on the last page. */
  next: string | null;
}

/** More than this is quietly made this. */
const MAX_CURSOR_PAGE = 200;

const comparePart = (a: KeyPart | undefined, b: KeyPart | undefined): number =>
  a === b || a === undefined || b === undefined ? 0 : a < b ? -1 : 1;

const compareKeys = (a: readonly KeyPart[], b: readonly KeyPart[], newestFirst: boolean): number => {
  const first = comparePart(a[0], b[0]);
  if (first !== 0) return newestFirst ? -first : first;
  return a.map((part, index) => comparePart(part, b[index])).find((result) => result !== 0) ?? 0;
};

export const ordered = <Row>(rows: readonly Row[], { key, newestFirst }: Order<Row>): Row[] =>
  [...rows].sort((a, b) => compareKeys(key(a), key(b), newestFirst));

/** The size of a page in cursor mode; 422 for one without end. */
export const cursorPageSize = (c: Context, fallback: number, min: number, max: number): number => {
  const asked = integerOf(c, 'pagination', fallback, min, max);
  if (asked === 0) throw refuse(422, 'pagination=0 is not allowed with cursor-based pagination');
  return Math.min(asked, MAX_CURSOR_PAGE);
};

/** The page behind `cursor`, which need not be of a row that is still there; an empty cursor begins. `rows` are in order. */
export const cursorPage = <Row>(rows: readonly Row[], order: Order<Row>, cursor: string, perPage: number): CursorPage<Row> => {
  const after = cursor === '' ? null : keyOfCursor(cursor, order.names);
  const left = after === null ? rows : rows.filter((row) => compareKeys(order.key(row), after, order.newestFirst) > 0);
  const page = left.slice(0, perPage);
  const last = page.at(-1);
  return { rows: page, perPage, next: left.length > perPage && last !== undefined ? cursorOfKey(order.names, order.key(last)) : null };
};
