import type * as z from 'zod';
import type { CcnHosts, ReadOptions } from './ccn-hosts.ts';
import type { Reading } from './read-json.ts';

const mostPages = 500;

/**
 * All pages of a list, from one host (lists of two hosts do not fit together). The network's lists say how many rows there
 * are (`pagination_total`); a page that is shorter than asked for ends the list too.
 */
export const readPages = <Shape extends z.ZodType, Row>(
  ccn: CcnHosts,
  request: {
    path: string;
    perPage: number;
    shape: Shape;
    rows: (page: z.output<Shape>) => readonly Row[];
    total: (page: z.output<Shape>) => number;
  },
  options: ReadOptions,
): Promise<{ rows: Row[]; first: z.output<Shape> | null }> =>
  ccn.whole(request.path, async (host): Promise<Reading<{ rows: Row[]; first: z.output<Shape> | null }>> => {
    const rows: Row[] = [];
    let first: z.output<Shape> | null = null;
    for (let page = 1; page <= mostPages; page += 1) {
      const reading = await ccn.from(host, `${request.path}&pagination=${request.perPage}&page=${page}`, request.shape, options);
      if (reading.kind === 'status' && (options.nothing ?? []).includes(reading.status)) break;
      if (reading.kind !== 'value') return reading;
      first ??= reading.value;
      const found = request.rows(reading.value);
      rows.push(...found);
      if (found.length === 0 || rows.length >= request.total(reading.value)) break;
    }
    return { kind: 'value', value: { rows, first }, headers: new Headers() };
  });
