import type { Context, Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import type { CreditMove } from '../state.ts';
import { isoMicro, micro } from './iso.ts';
import { cursorPageSize } from './paging/cursor-page.ts';
import { cursorAfterMove, type HistorySort, historySorts, movesAfter, orderedHistory } from './paging/history-order.ts';
import { descending, listOf, numberOf, oneChoiceOf, pageOf, refuse, slicePage } from './query.ts';

const NONE = 'No credit history found for this address';

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

const moveView = ({ address: _address, expiresAt, time, amount, bonus_amount, ...move }: CreditMove) => ({
  amount: Number(amount),
  ...move,
  bonus_amount: numberOrNull(bonus_amount),
  expiration_date: expiresAt === null ? null : isoMicro(expiresAt / 1000),
  message_timestamp: isoMicro(time),
});

/** By cursor the server writes times and decimals as numbers. */
const cursorView = (move: CreditMove) => ({
  ...moveView(move),
  price: numberOrNull(move.price),
  expense_size_mib: numberOrNull(move.expense_size_mib),
  expiration_date: move.expiresAt === null ? null : micro(move.expiresAt / 1000),
  message_timestamp: micro(move.time),
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
    const direction = oneChoiceOf(c, ['incoming', 'outgoing'], 'direction');
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
        (direction === null || move.amount > 0n === (direction === 'incoming')) &&
        (expiring === undefined || (move.expiresAt !== null) === (expiring === 'true')) &&
        (resource === undefined || (move.payment_method === 'credit_expense' && move.origin === resource)) &&
        (types === null || types.includes(typeOf(move))),
    );
  };

  app.get('/api/v0/addresses/:address/credit_history', (c) => {
    const address = c.req.param('address');
    const moves = movesOf(c, address);
    const order = {
      by: (oneChoiceOf(c, historySorts, 'sort_by') ?? 'message_timestamp') as HistorySort,
      newestFirst: descending(c, 'sort_order'),
    };
    const page = pageOf(c, 0);
    const rows = orderedHistory(moves, order);
    const cursor = c.req.query('cursor');
    if (cursor !== undefined) {
      const perPage = cursorPageSize(c, 0, 0, Number.MAX_SAFE_INTEGER);
      const left = cursor === '' ? rows : movesAfter(rows, order, cursor);
      const shown = left.slice(0, perPage);
      const last = shown.at(-1);
      if (last === undefined) throw refuse(404, NONE);
      const next = left.length > perPage ? cursorAfterMove(last, order) : null;
      return c.json({ address, credit_history: shown.map(cursorView), next_cursor: next, pagination_per_page: perPage });
    }
    const shown = slicePage(rows, page);
    if (shown.length === 0) throw refuse(404, NONE);
    return c.json({
      address,
      credit_history: shown.map(moveView),
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
