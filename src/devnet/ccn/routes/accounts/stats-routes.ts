import type { Hono } from 'hono';
import type { CcnHost } from '../../ccn-host.ts';
import { type MessageRow, messageTypes } from '../../message.ts';
import { cursorPage, cursorPageSize, type Order, ordered } from '../paging/cursor-page.ts';
import { descending, lengthOf, oneChoiceOf, pageOf, slicePage } from '../query.ts';

/** The server counts no V-PROGRAMs by themselves. */
const counted = messageTypes.filter((type) => type !== 'V-PROGRAM');
const sorts = [...counted, 'total'].map((name) => name.toLowerCase());

interface Sender {
  address: string;
  /** `messages` is all of them, the others are by type. */
  counts: Record<string, number>;
}

const distinct = (values: readonly unknown[]): string[] =>
  [...new Set(values.filter((value): value is string => typeof value === 'string'))].sort();

/** Who sent how much of what (protocol-ccn §8). Addresses match by their exact spelling. */
export const statsRoutes = (app: Hono, { node: { state } }: CcnHost): void => {
  const live = (): MessageRow[] => [...state.messages.values()].filter((row) => row.status === 'processed' || row.status === 'removing');
  const senders = (rows: readonly MessageRow[]): Sender[] =>
    distinct(rows.map((row) => row.envelope.sender)).map((address) => {
      const sent = rows.filter((row) => row.envelope.sender === address);
      const byType = counted.map((type) => [type.toLowerCase(), sent.filter((row) => row.envelope.type === type).length]);
      return { address, counts: { messages: sent.length, ...Object.fromEntries(byType) } };
    });
  const data = (some: readonly Sender[]) => Object.fromEntries(some.map(({ address, counts }) => [address, counts]));

  app.get('/api/v0/addresses/stats.json', (c) => {
    const asked = c.req.queries('addresses[]') ?? c.req.queries('addresses') ?? [];
    return c.json({ data: data(senders(live().filter((row) => asked.includes(row.envelope.sender)))) });
  });

  app.get('/api/v1/addresses/stats.json', (c) => {
    const part = lengthOf(c, 'addressContains', 66).toLowerCase();
    const by = oneChoiceOf(c, sorts, 'sortBy') ?? 'total';
    const page = pageOf(c, 20);
    const order: Order<Sender> = {
      names: ['v', 'a'],
      key: ({ address, counts }) => [counts[by === 'total' ? 'messages' : by] ?? 0, address],
      newestFirst: descending(c),
    };
    const all = ordered(
      senders(live().filter((row) => row.status === 'processed' && row.envelope.sender.toLowerCase().includes(part))),
      order,
    );
    const cursor = c.req.query('cursor');
    if (cursor !== undefined) {
      const { rows, perPage, next } = cursorPage(all, order, cursor, cursorPageSize(c, 20, 0, Number.MAX_SAFE_INTEGER));
      return c.json({ data: data(rows), pagination_per_page: perPage, next_cursor: next });
    }
    return c.json({
      data: data(slicePage(all, page)),
      pagination_per_page: page.perPage,
      pagination_page: page.page,
      pagination_total: all.length,
      pagination_item: 'addresses',
    });
  });

  app.get('/api/v0/addresses/:address/post_types', (c) => {
    const address = c.req.param('address');
    const posts = live().filter((row) => row.envelope.sender === address && row.envelope.type === 'POST');
    return c.json({ address, post_types: distinct(posts.map((row) => row.content?.['type'])) });
  });

  app.get('/api/v0/addresses/:address/channels', (c) => {
    const address = c.req.param('address');
    const sent = live().filter((row) => row.envelope.sender === address);
    return c.json({ address, channels: distinct(sent.map((row) => row.envelope.channel)) });
  });

  app.get('/api/v0/channels/list.json', (c) => c.json({ channels: distinct(live().map((row) => row.envelope.channel)) }));
};
