import type { Context, Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import { creditBalance, creditDetails } from '../credits/credits.ts';
import type { MessageRow } from '../message.ts';
import { messageTypes } from '../message.ts';
import { isoMicro } from './iso.ts';
import { flagOf, integerOf, pageOf, refuse, slicePage } from './query.ts';

/** Balances, statistics and files of addresses (protocol-ccn §5.2, §5.3, §8). Addresses match by their exact spelling. */
export const accountRoutes = (app: Hono, { node, clock }: CcnHost): void => {
  const { state } = node;
  const live = (): MessageRow[] => [...state.messages.values()].filter((row) => row.status === 'processed' || row.status === 'removing');

  app.get('/api/v0/addresses/stats.json', (c) => {
    const asked = c.req.queries('addresses[]') ?? c.req.queries('addresses') ?? [];
    const stats = asked.flatMap((address) => {
      const rows = live().filter((row) => row.envelope.sender === address);
      if (rows.length === 0) return [];
      const counts = messageTypes.map((type) => [type.toLowerCase(), rows.filter((row) => row.envelope.type === type).length]);
      return [[address, { messages: rows.length, ...Object.fromEntries(counts) }]];
    });
    return c.json({ data: Object.fromEntries(stats) });
  });

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
    const files = [...state.pins]
      .filter(([, pin]) => pin.owner === address)
      .map(([hash, pin]) => ({
        file_hash: pin.fileHash,
        size: state.files.get(pin.fileHash) ?? 0,
        type: 'file',
        created: isoMicro(pin.created),
        item_hash: hash,
      }));
    if (files.length === 0) throw refuse(404, 'No files found for this address');
    const page = pageOf(c, 100);
    return c.json({
      address,
      total_size: files.reduce((sum, file) => sum + file.size, 0),
      files: slicePage(files, page),
      pagination_page: page.page,
      pagination_total: files.length,
      pagination_per_page: page.perPage,
    });
  });

  app.get('/api/v0/credit_balances', (c: Context) => {
    const least = integerOf(c, 'min_balance', 0, 0);
    const page = pageOf(c, 100);
    const balances = [...new Set(state.lots.map((lot) => lot.address))]
      .sort()
      .map((address) => ({ address, credits: Number(creditBalance(state, address, clock.now())) }))
      .filter(({ credits }) => credits >= least);
    return c.json({
      credit_balances: slicePage(balances, page),
      pagination_page: page.page,
      pagination_per_page: page.perPage,
      pagination_total: balances.length,
      pagination_item: 'credit_balances',
    });
  });
};
