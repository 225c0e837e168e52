import type { Context, Hono } from 'hono';
import type { CcnHost } from '../../ccn-host.ts';
import { creditBalance, creditDetails } from '../../credits/credits.ts';
import { knownChains } from '../../signature.ts';
import type { FilePin } from '../../state.ts';
import { isoMicro, micro } from '../iso.ts';
import { cursorPage, cursorPageSize, type Order, ordered } from '../paging/cursor-page.ts';
import { choiceOf, descending, flagOf, integerOf, pageOf, refuse, slicePage } from '../query.ts';

interface AddressCredits {
  address: string;
  credits: number;
}

/** Balances and files of addresses (protocol-ccn §5.2, §5.3, §8). Addresses match by their exact spelling. */
export const accountRoutes = (app: Hono, { node, clock }: CcnHost): void => {
  const { state } = node;
  app.get('/api/v0/addresses/:address/balance', (c) => {
    const address = c.req.param('address');
    const details = creditDetails(state, address, clock.now()).map(({ expiresAt, amount }) => ({
      expiration_date: expiresAt === null ? null : isoMicro(expiresAt / 1000),
      amount: Number(amount),
    }));
    return c.json({
      address,
      balance: 0,
      details: {},
      locked_amount: 0,
      credit_balance: Number(creditBalance(state, address, clock.now())),
      credit_balance_details: flagOf(c, 'include_credit_details') ? details : null,
    });
  });

  app.get('/api/v0/addresses/:address/files', (c) => {
    const address = c.req.param('address');
    const page = pageOf(c, 100);
    const order: Order<[hash: string, pin: FilePin]> = {
      names: ['t', 'h'],
      key: ([hash, { created }]) => [micro(created), hash],
      newestFirst: descending(c, 'sort_order'),
    };
    const wanted = c.req.query('file_hash');
    const owned = [...state.pins].filter(([, pin]) => pin.owner === address);
    const files = ordered(
      owned.filter(([, pin]) => wanted === undefined || pin.fileHash === wanted),
      order,
    );
    const size = (pin: FilePin): number => state.files.get(pin.fileHash) ?? 0;
    const total = owned.reduce((sum, [, pin]) => sum + size(pin), 0);
    const view =
      (time: (seconds: number) => unknown) =>
      ([hash, pin]: [string, FilePin]) => ({
        file_hash: pin.fileHash,
        size: size(pin),
        type: 'file',
        created: time(pin.created),
        item_hash: hash,
      });
    const cursor = c.req.query('cursor');
    const found = cursor === undefined ? null : cursorPage(files, order, cursor, cursorPageSize(c, 100, 0, Number.MAX_SAFE_INTEGER));
    const rows = found?.rows ?? slicePage(files, page);
    if (rows.length === 0) throw refuse(404, '404: Not Found');
    // The server writes times as numbers when it goes by cursor, and its names in order.
    if (found !== null)
      return c.json({
        address,
        files: rows.map(view(micro)),
        next_cursor: found.next,
        pagination_per_page: found.perPage,
        total_size: total,
      });
    return c.json({
      address,
      total_size: total,
      files: rows.map(view(isoMicro)),
      pagination_page: page.page,
      pagination_total: owned.length,
      pagination_per_page: page.perPage,
    });
  });

  // Nobody holds tokens on a devnet.
  app.get('/api/v0/balances', (c) => {
    choiceOf(c, knownChains, 'chains');
    integerOf(c, 'min_balance', 0, 1);
    const page = pageOf(c, 100);
    const cursor = c.req.query('cursor');
    if (cursor !== undefined) {
      const perPage = cursorPageSize(c, 100, 0, Number.MAX_SAFE_INTEGER);
      return c.json({ balances: [], next_cursor: null, pagination_per_page: perPage });
    }
    return c.json({
      balances: [],
      pagination_item: 'balances',
      pagination_page: page.page,
      pagination_per_page: page.perPage,
      pagination_total: 0,
    });
  });

  app.get('/api/v0/credit_balances', (c: Context) => {
    const least = integerOf(c, 'min_balance', 0, 1);
    const page = pageOf(c, 100);
    const order: Order<AddressCredits> = { names: ['a'], key: ({ address }) => [address], newestFirst: false };
    const balances = ordered(
      [...new Set(state.lots.map((lot) => lot.address))]
        .map((address): AddressCredits => ({ address, credits: Number(creditBalance(state, address, clock.now())) }))
        .filter(({ credits }) => credits >= least),
      order,
    );
    const cursor = c.req.query('cursor');
    if (cursor !== undefined) {
      const { rows, perPage, next } = cursorPage(balances, order, cursor, cursorPageSize(c, 100, 0, Number.MAX_SAFE_INTEGER));
      return c.json({ credit_balances: rows, next_cursor: next, pagination_per_page: perPage });
    }
    return c.json({
      credit_balances: slicePage(balances, page),
      pagination_page: page.page,
      pagination_per_page: page.perPage,
      pagination_total: balances.length,
      pagination_item: 'credit_balances',
    });
  });
};
