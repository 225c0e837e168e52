import type { Hono } from 'hono';
import { aggregateInfo, aggregateKeys, aggregateValue } from '../aggregates.ts';
import type { CcnHost } from '../ccn-host.ts';
import { isoMicro, micro } from './iso.ts';
import { cursorPage, cursorPageSize, type Order, ordered } from './paging/cursor-page.ts';
import { descending, flagOf, listOf, oneChoiceOf, pageOf, refuse, slicePage } from './query.ts';

interface Listed {
  address: string;
  key: string;
  created: number;
  updated: number;
}

const MAX_PAGE = 500;
const NONE = 'No aggregate found for this address';

/** Reading aggregates (protocol-ccn §6.1). */
export const aggregateRoutes = (app: Hono, { node }: CcnHost): void => {
  const { state } = node;

  app.get('/api/v0/aggregates/:file{.+\\.json}', (c) => {
    const address = c.req.param('file').slice(0, -'.json'.length);
    const withInfo = flagOf(c, 'with_info');
    const wanted = listOf(c, 'keys');
    // The server forgets the filter when it is asked for the info.
    const keys = aggregateKeys(state, address).filter((key) => withInfo || wanted === null || wanted.includes(key));
    if (keys.length === 0) throw refuse(404, NONE);
    const only = wanted?.length === 1 ? wanted[0] : undefined;
    if (flagOf(c, 'value_only') && only !== undefined) {
      const value = aggregateValue(state, address, only);
      if (value === null) throw refuse(404, NONE);
      return c.json(value);
    }
    const info = (key: string) => {
      const { created, updated, hash } = aggregateInfo(state, address, key);
      return {
        created: isoMicro(created, '+00:00'),
        last_updated: isoMicro(updated, '+00:00'),
        original_item_hash: hash,
        last_update_item_hash: hash,
      };
    };
    return c.json({
      address,
      data: Object.fromEntries(keys.map((key) => [key, aggregateValue(state, address, key)])),
      info: withInfo ? Object.fromEntries(keys.map((key) => [key, info(key)])) : {},
    });
  });

  app.on('GET', ['/api/v0/aggregates', '/api/v0/aggregates.json'], (c) => {
    const keys = listOf(c, 'keys');
    const addresses = listOf(c, 'addresses');
    const page = pageOf(c, 20, 1, MAX_PAGE);
    const byCreation = oneChoiceOf(c, ['last_modified', 'creation_time'], 'sortBy') === 'creation_time';
    const order: Order<Listed> = {
      names: ['t', 'k', 'o'],
      key: (row) => [micro(byCreation ? row.created : row.updated), row.key, row.address],
      newestFirst: descending(c),
    };
    const all = ordered(
      [...state.aggregates.keys()].flatMap((address) =>
        aggregateKeys(state, address)
          .filter((key) => (keys === null || keys.includes(key)) && (addresses === null || addresses.includes(address)))
          .map((key): Listed => ({ address, key, ...aggregateInfo(state, address, key) })),
      ),
      order,
    );
    const view = ({ address, key, created, updated }: Listed) => ({
      address,
      key,
      content: aggregateValue(state, address, key),
      created: isoMicro(created, '+00:00'),
      last_updated: isoMicro(updated, '+00:00'),
    });
    const cursor = c.req.query('cursor');
    if (cursor !== undefined) {
      const { rows, perPage, next } = cursorPage(all, order, cursor, cursorPageSize(c, 20, 1, MAX_PAGE));
      return c.json({ aggregates: rows.map(view), pagination_per_page: perPage, next_cursor: next });
    }
    return c.json({
      aggregates: slicePage(all, page).map(view),
      pagination_page: page.page,
      pagination_per_page: page.perPage,
      pagination_total: all.length,
      pagination_item: 'aggregates',
    });
  });
};
