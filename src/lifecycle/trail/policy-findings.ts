import { passableFailure } from '../../domain/failure/passable-failure.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';

/** Returns what is wrong with the policies of the ledger's accounts, in sentences that name the rows. */
export const policyFindings = async (context: ReadContext, account: string | null): Promise<string[]> => {
  const ledger = await context.ledger();
  const set = ledger.effects({ point: 'policy.set' }).map((effect) => effect.account);
  const accounts = [...new Set([...set, ...(account === null ? [] : [account])])];
  const found = await Promise.all(
    accounts.map((each) =>
      readPolicy(context, each).then(
        ({ findings }) => findings,
        (problem: unknown) => [passableFailure(problem).message],
      ),
    ),
  );
  return found.flat();
};
