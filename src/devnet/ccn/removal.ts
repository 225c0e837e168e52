import { Decimal } from 'decimal.js';
import { creditBalance } from './credits/credits.ts';
import { storedSize } from './files/file-store.ts';
import { Exact, totalOf } from './pricing/cost-line.ts';
import type { CcnState } from './state.ts';

const DAY_SECONDS = 86_400;

/**
 * The hourly pass of the credit cron (protocol-ccn §5.8): for accounts whose credits moved since it last looked, oldest cost first, each
 * confirmed resource that does not have a day's cost left goes to `removing`; one that has it again comes back.
 */
export const markRemovals = (state: CcnState, now: number, confirmed: (hash: string) => boolean): void => {
  for (const address of state.touched) {
    let left = new Exact(creditBalance(state, address, now).toString());
    for (const [hash, cost] of state.costs) {
      const row = state.messages.get(hash);
      if (cost.owner !== address || cost.paymentType !== 'credit' || row === undefined || !confirmed(hash)) continue;
      const daily = totalOf(cost.lines, 'credit').times(DAY_SECONDS);
      const short = left.lt(daily);
      left = Decimal.max(0, left.minus(daily));
      if (short && row.status === 'processed' && row.envelope.type !== 'STORE') {
        row.status = 'removing';
        row.reason = 'credit_insufficient';
      }
      if (!short && row.status === 'removing') {
        row.status = 'processed';
        row.reason = null;
      }
    }
  }
  state.touched.clear();
};

/** The daily garbage collection: what is removing is gone. Returns the hashes. */
export const collectRemoved = (state: CcnState, now: number): string[] =>
  [...state.messages.values()]
    .filter((row) => row.status === 'removing')
    .map((row) => {
      row.status = 'removed';
      row.endedAt = now / 1000;
      row.size = storedSize(state, row);
      state.costs.delete(row.envelope.item_hash);
      return row.envelope.item_hash;
    });
