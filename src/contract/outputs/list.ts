import * as z from 'zod';
import type { ReadContext } from '../../ports/context.ts';
import { type Query, query } from '../declare/command.ts';
import type { Style } from '../declare/style.ts';
import { paging, wholePaging } from '../fields/fields.ts';
import { type Column, tableOf } from './columns.ts';
import { listOf } from './list-of.ts';
import { type Page, pageOf } from './page-of.ts';

type Given<Input extends z.ZodRawShape> = z.output<z.ZodObject<Input>> & { limit: number; cursor?: string | undefined };
type Output<Item extends z.ZodObject, Totals extends z.ZodRawShape> = ReturnType<typeof listOf<Item, Totals>>;
type Row<Item extends z.ZodObject> = z.output<Item>;

interface List<Input extends z.ZodRawShape, Item extends z.ZodObject, Totals extends z.ZodRawShape>
  extends Pick<
    Query<z.ZodObject<Input>, Output<Item, Totals>>,
    'name' | 'summary' | 'audience' | 'watch' | 'settingsOnly' | 'failures' | 'examples' | 'next'
  > {
  input?: Input;
  positionals?: readonly (keyof Input & string)[];
  /** The list is small and comes whole by default. */
  whole?: true;
  item: Item;
  /** Sums over all rows, not only those of the page. */
  totals?: Totals;
  /** Fields of an item that are shown without `--full`; absent: all. */
  brief?: readonly (keyof Row<Item> & string)[];
  /** Makes the page. `page` takes all rows, sorted, and a row's key (`pageOf`), so that costly fields are computed for the page alone. */
  run(
    context: ReadContext,
    input: Given<Input>,
    page: <Any>(rows: readonly Any[], keyOf: (row: Any) => string) => Page<Any>,
  ): Promise<Page<Row<Item>> & (keyof Totals extends never ? unknown : { totals: z.output<z.ZodObject<Totals>> })>;
  columns: readonly Column<Row<Item>>[];
  /** Heads of the columns that a narrow terminal can do without, the first one first; then those at the right go. */
  goFirst?: readonly string[];
  /** Text instead of a table without rows. */
  none?: string;
  /** Text below the table. */
  foot?(totals: z.output<z.ZodObject<Totals>>, style: Style): string;
}

/** Declares a command that lists (conventions.md §1.5), so that paging, counts, totals and table are the same for all. */
export const list = <Input extends z.ZodRawShape, Item extends z.ZodObject, Totals extends z.ZodRawShape = Record<never, never>>(
  declared: List<Input, Item, Totals>,
): Query<z.ZodObject<Input & typeof paging>, Output<Item, Totals>> => {
  const { input, positionals, whole, item, totals, brief, run, columns, goFirst, none, foot, ...rest } = declared;
  const counts = totals === undefined ? [] : ['count', 'total', 'nextCursor', 'totals'];
  return query({
    ...rest,
    input: z.object({ ...input, ...(whole === true ? wholePaging : paging) }) as z.ZodObject<Input & typeof paging>,
    ...(positionals === undefined ? {} : { positionals: positionals as readonly never[] }),
    output: listOf(item, totals),
    ...(brief === undefined ? {} : { brief: [...brief.map((field) => `items.*.${field}`), ...counts] }),
    run: async (context, parsed) => {
      const given = parsed as unknown as Given<Input>;
      const shown = await run(context, given, (rows, keyOf) => pageOf(rows, given, keyOf));
      return { totals: {}, ...shown } as z.output<Output<Item, Totals>>;
    },
    text: ({ items, totals: sums }, style) =>
      items.length === 0 && none !== undefined
        ? style.prose(none)
        : [tableOf(columns, items, style, goFirst), ...(foot === undefined ? [] : [style.prose(foot(sums, style))])].join('\n'),
  });
};
