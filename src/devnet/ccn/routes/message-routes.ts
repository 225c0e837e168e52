import type { Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import { consumedCredits } from '../credits/credits.ts';
import type { MessageRow } from '../message.ts';
import { isoMicro } from './iso.ts';
import { messageView } from './message-views.ts';
import { choiceOf, datesOf, descending, flagOf, hashParam, pageOf, refuse, slicePage, within } from './query.ts';

const statuses = ['pending', 'processed', 'rejected', 'forgotten', 'removing', 'removed'];

/** Reading single messages (protocol-ccn §2.6). */
export const messageRoutes = (app: Hono, { node }: CcnHost): void => {
  const rowOf = (hash: string): MessageRow => {
    const row = node.state.messages.get(hash);
    if (row === undefined) throw refuse(404, '404: Not Found');
    return row;
  };

  app.get('/api/v0/messages/hashes', (c) => {
    const wanted = choiceOf(c, statuses, 'status') ?? ['processed'];
    const dates = datesOf(c);
    const newestFirst = descending(c);
    const page = pageOf(c, 20);
    const rows = [...node.state.messages.values()]
      .filter((row) => wanted.includes(row.status))
      .filter((row) => within(dates, row.receivedAt / 1000))
      .sort((a, b) => (newestFirst ? b.receivedAt - a.receivedAt : a.receivedAt - b.receivedAt));
    const full = c.req.query('hash_only') !== undefined && !flagOf(c, 'hash_only');
    const view = (row: MessageRow): unknown =>
      full
        ? { item_hash: row.envelope.item_hash, status: row.status, reception_time: isoMicro(row.receivedAt / 1000) }
        : row.envelope.item_hash;
    return c.json({
      hashes: slicePage(rows, page).map(view),
      pagination_page: page.page,
      pagination_total: rows.length,
      pagination_per_page: page.perPage,
      pagination_item: 'hashes',
    });
  });

  app.get('/api/v0/messages/:hash', (c) => c.json(messageView(node, rowOf(hashParam(c)))));

  app.get('/api/v0/messages/:hash/status', (c) => {
    const row = rowOf(hashParam(c));
    return c.json({ status: row.status, item_hash: row.envelope.item_hash, reception_time: isoMicro(row.receivedAt / 1000) });
  });

  app.get('/api/v0/messages/:hash/content', (c) => {
    const row = rowOf(hashParam(c));
    if (row.status !== 'processed') throw refuse(422, `Invalid message status ${row.status}`);
    return c.json((row.envelope.type === 'POST' ? row.content?.['content'] : row.content) as object);
  });

  app.get('/api/v0/messages/:hash/consumed_credits', (c) => {
    const hash = hashParam(c);
    return c.json({ item_hash: hash, consumed_credits: Number(consumedCredits(node.state, hash)) });
  });
};
