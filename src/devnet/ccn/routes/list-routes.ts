import type { Context, Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import type { MessageRow } from '../message.ts';
import { micro } from './iso.ts';
import { listFilter } from './list-filter.ts';
import { endedListView, listView } from './message-views.ts';
import { cursorPage, cursorPageSize, type Order, ordered } from './paging/cursor-page.ts';
import { choiceOf, descending, flagOf, oneChoiceOf, pageOf, pathPage, refuse, requireTimeOrder, slicePage } from './query.ts';

const statuses = ['pending', 'processed', 'rejected', 'forgotten', 'removing', 'removed'];

/** What can be asked only of messages that still have a content. */
const contentFilters = ['refs', 'contentTypes', 'contentHashes', 'contentKeys', 'tags', 'startBlock', 'endBlock'];

const refuseForEnded = (c: Context, status: string): void => {
  if (c.req.query('cursor') !== undefined) throw refuse(400, `Cursor pagination is not supported for ${status} message queries`);
  const offending = contentFilters.filter((name) => !['', '0'].includes(c.req.query(name) ?? ''));
  if (offending.length > 0) throw refuse(400, `Filters not supported for ${status} message queries: ${offending.join(', ')}`);
};

/** Message lists by page or cursor (protocol-ccn §2.7). */
export const listRoutes = (app: Hono, { node }: CcnHost): void => {
  const answer = (c: Context, path: number | null): Response => {
    const wanted = choiceOf(c, statuses, 'msgStatuses') ?? ['processed', 'removing'];
    const ended = wanted.find((status) => status === 'forgotten' || status === 'removed');
    if (ended !== undefined && wanted.length > 1) throw refuse(400, 'msgStatuses=forgotten/removed cannot be combined with other statuses');
    if (ended !== undefined) refuseForEnded(c, ended);
    const asked = pageOf(c, 20);
    requireTimeOrder(c);
    const filter = listFilter(c);
    const order: Order<MessageRow> = {
      names: ['t', 'h'],
      key: (row) => [micro(ended === undefined ? row.envelope.time : (row.endedAt ?? 0)), row.envelope.item_hash],
      newestFirst: descending(c),
    };
    // Pending and rejected messages are not in the table that lists are made of.
    const listed = wanted.filter((status) => status !== 'pending' && status !== 'rejected');
    const rows = ordered(
      [...node.state.messages.values()].filter((row) => listed.includes(row.status) && filter(row)),
      order,
    );
    const format = flagOf(c, 'excludeContent') ? 'none' : (oneChoiceOf(c, ['full', 'headers', 'none'], 'contentFormat') ?? 'full');
    const view = (row: MessageRow): object => (ended === undefined ? listView(node, row, format) : endedListView(row));
    const cursor = c.req.query('cursor');
    if (cursor !== undefined) {
      const { rows: found, perPage, next } = cursorPage(rows, order, cursor, cursorPageSize(c, 20, 0, Number.MAX_SAFE_INTEGER));
      return c.json({ messages: found.map(view), pagination_per_page: perPage, next_cursor: next });
    }
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
  app.get('/api/v0/messages/page/:page{.+\\.json}', (c) => answer(c, pathPage(c)));
};
