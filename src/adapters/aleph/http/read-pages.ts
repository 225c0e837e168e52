import type * as z from 'zod';
import type { CcnHosts, ReadOptions } from './ccn-hosts.ts';
import type { Told } from './contradiction.ts';
import type { Reading } from './read-json.ts';

const mostPages = 500;

interface Listing<Shape extends z.ZodType, Row> {
  path: string;
  perPage: number;
  shape: Shape;
  rows: (page: z.output<Shape>) => readonly Row[];
  total: (page: z.output<Shape>) => number;
}

interface Pages<Shape extends z.ZodType, Row> {
  rows: Row[];
  /** null where the network says that there is nothing. */
  first: z.output<Shape> | null;
}

/** All pages of a list as one host has it. The network's lists say how many rows there are (`pagination_total`). */
export const pagesFrom = async <Shape extends z.ZodType, Row>(
  ccn: CcnHosts,
  host: string,
  listing: Listing<Shape, Row>,
  options: ReadOptions,
): Promise<Reading<Pages<Shape, Row>>> => {
  const rows: Row[] = [];
  let first: z.output<Shape> | null = null;
  for (let page = 1; page <= mostPages; page += 1) {
    const reading = await ccn.from(host, `${listing.path}&pagination=${listing.perPage}&page=${page}`, listing.shape, options);
    if (reading.kind === 'status' && (options.nothing ?? []).includes(reading.status)) break;
    if (reading.kind !== 'value') return reading;
    first ??= reading.value;
    const found = listing.rows(reading.value);
    rows.push(...found);
    if (found.length === 0 || rows.length >= listing.total(reading.value)) break;
  }
  return { kind: 'value', value: { rows, first }, headers: new Headers() };
};

/** The same from the first host that gives all of it: lists of two hosts do not fit together. */
export const readPages = <Shape extends z.ZodType, Row>(
  ccn: CcnHosts,
  listing: Listing<Shape, Row>,
  options: ReadOptions,
  told?: Told<Pages<Shape, Row>>,
): Promise<Pages<Shape, Row>> =>
  ccn.whole(listing.path, (host, signal) => pagesFrom(ccn, host, listing, signal === undefined ? options : { ...options, signal }), told);
