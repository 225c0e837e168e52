import { Failure } from '../../domain/failure/failure.ts';

export interface Page<Row> {
  items: Row[];
  count: number;
  total: number;
  nextCursor: string | null;
}

/**
 * One page of sorted rows. The cursor is the key of the last row shown, so that rows which come or go between two calls neither repeat
 * other rows nor hide them. Throws `USAGE` for a cursor whose row is gone.
 */
export const pageOf = <Row>(
  rows: readonly Row[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  keyOf: (row: Row) => string,
): Page<Row> => {
  const before = cursor === undefined ? -1 : rows.findIndex((row) => keyOf(row) === cursor);
  if (cursor !== undefined && before < 0) {
    throw new Failure('USAGE', `--cursor "${cursor}" is not a row of this list: start again without it.`);
  }
  const items = rows.slice(before + 1, before + 1 + limit);
  const last = items.at(-1);
  const more = before + 1 + items.length < rows.length;
  return { items, count: items.length, total: rows.length, nextCursor: more && last !== undefined ? keyOf(last) : null };
};
