import type { Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import { consumedCredits } from '../credits/credits.ts';
import type { CostLine } from '../pricing/cost-line.ts';
import { Exact, fixed18, totalOf } from '../pricing/cost-line.ts';
import { linesView } from './price-view.ts';
import { flagOf, integerOf, oneChoiceOf, pageOf, refuse, slicePage } from './query.ts';

/** What resources cost, and an owner's burn (protocol-ccn §5.3). */
export const costRoutes = (app: Hono, { node }: CcnHost): void => {
  app.get('/api/v0/costs', (c) => {
    const { state } = node;
    const address = c.req.query('address') ?? null;
    const hash = c.req.query('item_hash') ?? null;
    const paidBy = oneChoiceOf(c, ['hold', 'superfluid', 'credit'], 'payment_type') ?? 'credit';
    const details = integerOf(c, 'include_details', 0, 0, 2);
    const page = pageOf(c, 100, 10, 1000);
    if (details === 2 && address === null && hash === null) {
      throw refuse(
        422,
        "include_details=2 requires at least one of 'address' or 'item_hash' filters to avoid fetching breakdowns for all resources",
      );
    }
    const found = [...state.costs]
      .filter(([id, row]) => row.paymentType === paidBy && (address === null || row.owner === address) && (hash === null || id === hash))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const sum = (lines: readonly CostLine[], column: 'hold' | 'superfluid' | 'credit'): string => fixed18(totalOf(lines, column));
    const totals = (column: 'hold' | 'superfluid' | 'credit'): string =>
      fixed18(found.reduce((total, [, row]) => total.plus(totalOf(row.lines, column)), new Exact(0)));
    const consumed = state.moves
      .filter(
        (move) =>
          move.payment_method === 'credit_expense' &&
          (address === null || move.address === address) &&
          (hash === null || move.origin === hash),
      )
      .reduce((total, move) => total - move.amount, 0n);
    const resources = slicePage(found, page).map(([id, row]) => ({
      item_hash: id,
      owner: row.owner,
      payment_type: row.paymentType,
      consumed_credits: Number(consumedCredits(state, id)),
      cost_hold: sum(row.lines, 'hold'),
      cost_stream: sum(row.lines, 'superfluid'),
      cost_credit: sum(row.lines, 'credit'),
      detail: details === 2 ? linesView(row.lines, flagOf(c, 'include_size')) : null,
    }));
    return c.json({
      summary: {
        total_consumed_credits: Number(consumed),
        total_cost_hold: totals('hold'),
        total_cost_stream: totals('superfluid'),
        total_cost_credit: totals('credit'),
        resource_count: found.length,
      },
      filters: { address, item_hash: hash, payment_type: paidBy },
      // without the list the paging is there, and empty
      resources: details === 0 ? null : resources,
      pagination_page: details === 0 ? null : page.page,
      pagination_total: details === 0 ? null : found.length,
      pagination_per_page: details === 0 ? null : page.perPage,
      pagination_item: details === 0 ? null : 'resources',
    });
  });
};
