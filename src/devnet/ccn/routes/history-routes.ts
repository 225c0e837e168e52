import type { Context, Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import type { CreditMove } from '../state.ts';
import { isoMicro } from './iso.ts';
import { choiceOf, descending, listOf, numberOf, pageOf, refuse, slicePage } from './query.ts';

const sortKeys = ['message_timestamp', 'expiration_date', 'payment_method', 'amount', 'origin', 'tx_hash', 'provider'];

const moveView = ({ address: _address, expiresAt, time, amount, ...move }: CreditMove) => ({
  amount: Number(amount),
  ...move,
  expiration_date: expiresAt === null ? null : isoMicro(expiresAt / 1000),
  message_timestamp: isoMicro(time),
});

/** History and totals of an account's credits (protocol-ccn §5.3). */
export const historyRoutes = (app: Hono, { node }: CcnHost): void => {
  const movesOf = (c: Context, address: string): CreditMove[] => {
    const exact = (['tx_hash', 'token', 'chain', 'provider', 'origin', 'origin_ref', 'payment_method'] as const).flatMap((name) => {
      const value = c.req.query(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    const excluded = listOf(c, 'exclude_payment_method') ?? [];
    const [start, end] = [numberOf(c, 'startDate'), numberOf(c, 'endDate')];
    const direction = choiceOf(c, ['incoming', 'outgoing'], 'direction')?.[0];
    const expiring = c.req.query('has_expiration');
    const resource = c.req.query('resource');
    const types = listOf(c, 'resourceTypes');
    const typeOf = (move: CreditMove): string => node.state.messages.get(move.origin ?? '')?.envelope.type ?? '';
    return node.state.moves.filter(
      (move) =>
        move.address === address &&
        exact.every(([name, value]) => move[name] === value) &&
        !excluded.includes(move.payment_method ?? '') &&
        (start === null || move.time >= start) &&
        (end === null || move.time <= end) &&
        (direction === undefined || move.amount > 0n === (direction === 'incoming')) &&
        (expiring === undefined || (move.expiresAt !== null) === (expiring === 'true')) &&
        (resource === undefined || (move.payment_method === 'credit_expense' && move.origin === resource)) &&
        (types === null || types.includes(typeOf(move))),
    );
  };

  app.get('/api/v0/addresses/:address/credit_history', (c) => {
    const address = c.req.param('address');
    const moves = movesOf(c, address);
    if (moves.length === 0) throw refuse(404, 'No credit history found for this address');
    const by = choiceOf(c, sortKeys, 'sort_by')?.[0] ?? 'message_timestamp';
    const sign = descending(c, 'sort_order') ? -1 : 1;
    const value = (move: CreditMove): string | number => {
      if (by === 'message_timestamp') return move.time;
      if (by === 'amount') return Number(move.amount);
      if (by === 'expiration_date') return move.expiresAt ?? Number.MAX_SAFE_INTEGER;
      return String(move[by as 'origin'] ?? '');
    };
    const order = (a: CreditMove, b: CreditMove): number =>
      value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : a.credit_index - b.credit_index;
    const rows = moves.sort((a, b) => sign * order(a, b)).map(moveView);
    const page = pageOf(c, 0);
    const cursor = c.req.query('cursor');
    if (cursor !== undefined) {
      const from = cursor === '' ? 0 : Number.parseInt(Buffer.from(cursor, 'base64url').toString(), 10) || 0;
      const until = from + (page.perPage || rows.length);
      const next = until < rows.length ? Buffer.from(String(until)).toString('base64url') : null;
      return c.json({ address, credit_history: rows.slice(from, until), pagination_per_page: page.perPage, next_cursor: next });
    }
    return c.json({
      address,
      credit_history: slicePage(rows, page),
      pagination_page: page.page,
      pagination_total: rows.length,
      pagination_per_page: page.perPage,
    });
  });

  app.get('/api/v0/addresses/:address/credit_history/summary', (c) => {
    const address = c.req.param('address');
    const moves = movesOf(c, address);
    const total = (some: CreditMove[]): number => Number(some.reduce((sum, move) => sum + move.amount, 0n));
    return c.json({
      address,
      entry_count: moves.length,
      total_amount: total(moves),
      total_incoming: total(moves.filter((move) => move.amount > 0n)),
      total_outgoing: total(moves.filter((move) => move.amount < 0n)),
    });
  });
};
