import { Failure } from '../../domain/failure/failure.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Expense } from '../../ports/network/accounts.ts';

/**
 * Returns the account's expense rows since an instant (ms) from the network; where it does not answer, warns and returns those that the
 * ledger has stored.
 */
export const accountExpenses = async (
  context: ReadContext,
  account: string,
  since: number,
): Promise<{ rows: Expense[]; stale: boolean }> => {
  try {
    return { rows: await (await context.cloud()).accounts.expenses(account, since), stale: false };
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.code === 'INTERRUPTED') throw problem;
    context.warn(problem.code, `Only rows that the ledger has, newer ones may be missing: ${problem.message}`);
    return { rows: (await context.ledger()).expenses({ account, network: context.network, since }), stale: true };
  }
};
