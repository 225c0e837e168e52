import type { Context, Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import type { MessageRow } from '../message.ts';
import { isoMicro } from './iso.ts';
import { listFilter } from './list-filter.ts';
import { endedListView, listView } from './message-views.ts';
import { choiceOf, descending, flagOf, integerOf, pageOf, refuse, slicePage, unprocessable } from './query.ts';

const statuses = ['pending', 'processed', 'rejected', 'forgotten', 'removing', 'removed'];
const MAX_CURSOR_PAGE = 200;

/** Unpadded base64url of the last item's time and hash. */
const cursorAfter = (row: MessageRow): string =>
  Buffer.from(JSON.stringify({ t: isoMicro(row.envelope.time), h: row.envelope.item_hash })).toString('base64url');

const hashInCursor = (cursor: string): string => {
  try {
    const { h } = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { h?: unknown };
    if (typeof h === 'string') return h;
  } catch {
    // Answered below.
  }
  throw unprocessable([{ type: 'value_error', loc: ['cursor'], msg: 'Value error, Invalid cursor', input: cursor }]);
};

const cursorPage = (c: Context, rows: MessageRow[], view: (row: MessageRow) => object, cursor: string) => {
  const perPage = integerOf(c, 'pagination', 20, 1, MAX_CURSOR_PAGE);
  const last = cursor === '' ? -1 : rows.findIndex((row) => row.envelope.item_hash === hashInCursor(cursor));
  const found = rows.slice(last + 1, last + 1 + perPage);
  const tail = found.at(-1);
  const more = last + 1 + perPage < rows.length;
  return c.json({
    messages: found.map(view),
    pagination_per_page: perPage,
    next_cursor: more && tail !== undefined ? cursorAfter(tail) : null,
  });
};

/** Message lists by page or cursor (protocol-ccn §2.7). */
export const listRoutes = (app: Hono, { node }: CcnHost): void => {
  const answer = (c: Context, path: number | null): Response => {
    const wanted = choiceOf(c, statuses, 'msgStatuses') ?? ['processed', 'removing'];
    const ended = wanted.find((status) => status === 'forgotten' || status === 'removed');
    if (ended !== undefined && wanted.length > 1) throw refuse(400, `msgStatuses=${ended} cannot be combined with other statuses`);
    const filter = listFilter(c);
    const time = (row: MessageRow): number => (ended === undefined ? row.envelope.time : (row.endedAt ?? 0));
    const order = (a: MessageRow, b: MessageRow): number => time(a) - time(b) || (a.envelope.item_hash < b.envelope.item_hash ? -1 : 1);
    const newestFirst = descending(c);
    // Pending and rejected messages are not in the table that lists are made of.
    const listed = wanted.filter((status) => status !== 'pending' && status !== 'rejected');
    const rows = [...node.state.messages.values()]
      .filter((row) => listed.includes(row.status) && filter(row))
      .sort((a, b) => (newestFirst ? order(b, a) : order(a, b)));
    const format = flagOf(c, 'excludeContent') ? 'none' : (choiceOf(c, ['full', 'headers', 'none'], 'contentFormat')?.[0] ?? 'full');
    const view = (row: MessageRow): object => (ended === undefined ? listView(node, row, format) : endedListView(row));
    const cursor = c.req.query('cursor');
    if (cursor !== undefined) return cursorPage(c, rows, view, cursor);
    const asked = pageOf(c, 20);
    const page = { ...asked, page: path ?? asked.page };
    return c.json({
      messages: slicePage(rows, page).map(view),
      pagination_per_page: page.perPage,
      pagination_page: page.page,
      pagination_total: rows.length,
      pagination_item: 'messages',
    });
  };

  app.get('/api/v0/messages.json', (c) => answer(c, null));
  app.get('/api/v0/messages/page/:page{[0-9]+\\.json}', (c) => answer(c, Number.parseInt(c.req.param('page'), 10)));
};
