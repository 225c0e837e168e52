import { Failure } from '../../domain/failure/failure.ts';
import { type Lot, lotsOf } from '../../domain/money/lots.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Expense, Movement } from '../../ports/network/accounts.ts';

/** Where an account's credits came from and went. */
export interface AccountHistory {
  expenses: Expense[];
  movements: Movement[];
  /** What is left of which arrival, whenever it came; the one that pays next first. */
  lots: Lot<Movement>[];
  /** true: the network did not answer, and these are the expenses that the ledger has. */
  stale: boolean;
}

/**
 * Returns what an account spent, got and sent since an instant (ms), from the network; where it does not answer, warns and returns the
 * expenses that the ledger has stored.
 */
export const accountHistory = async (context: ReadContext, account: string, since: number): Promise<AccountHistory> => {
  try {
    const { accounts } = await context.cloud();
    const [expenses, movements, balance] = await Promise.all([
      accounts.expenses(account, since),
      accounts.movements(account, 0),
      accounts.balance(account),
    ]);
    const lots = lotsOf(movements, balance.lots, context.clock.now());
    return { expenses, movements: movements.filter(({ at }) => at >= since), lots, stale: false };
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.code === 'INTERRUPTED') throw problem;
    context.warn(problem.code, `Only expenses that the ledger has, newer ones may be missing: ${problem.message}`);
    const expenses = (await context.ledger()).expenses({ account, network: context.network, since });
    return { expenses, movements: [], lots: [], stale: true };
  }
};
