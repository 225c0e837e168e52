import type { Hono } from 'hono';
import { sentAlready, upgraded } from '../../http/websocket/upgrade.ts';
import type { CcnHost } from '../ccn-host.ts';
import type { MessageRow } from '../message.ts';
import { listFilter } from './list-filter.ts';
import { listView } from './message-views.ts';
import { choiceOf, integerOf } from './query.ts';

const mostHistory = 199;
const usualHistory = 10;

/** `/api/ws0/messages`: what was processed, the oldest first, then whatever is processed from now on (protocol-ccn §2.8). */
export const socketRoutes = (app: Hono, { node }: CcnHost): void => {
  app.get('/api/ws0/messages', (c) => {
    const filter = listFilter(c);
    const format = choiceOf(c, ['full', 'headers', 'none'], 'contentFormat')?.[0] ?? 'full';
    const history = integerOf(c, 'history', usualHistory, 0, mostHistory);
    const peer = upgraded(c);
    const show = (row: MessageRow): void => peer.send(JSON.stringify(listView(node, row, format)));
    const past = [...node.state.messages.values()]
      .filter((row) => row.status === 'processed' && filter(row))
      .sort((a, b) => a.envelope.time - b.envelope.time);
    for (const row of history === 0 ? [] : past.slice(-history)) show(row);
    const off = node.on((event, hash) => {
      const row = event === 'processed' ? node.state.messages.get(hash) : undefined;
      if (row !== undefined && filter(row)) show(row);
    });
    peer.onClose(off);
    return sentAlready();
  });
};
