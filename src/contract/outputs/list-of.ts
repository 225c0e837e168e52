import * as z from 'zod';

/**
 * The output of a command that lists (conventions.md §1.5): the rows, their count on this page and in all, the next cursor, sums over all
 * rows.
 */
export const listOf = <Item extends z.ZodType, Totals extends z.ZodRawShape = Record<never, never>>(item: Item, totals?: Totals) =>
  z.object({
    items: z.array(item),
    count: z.int(),
    total: z.int(),
    nextCursor: z.string().nullable(),
    totals: z.object(totals ?? ({} as Totals)),
  });
