import type { ReadContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { allowancesOf } from './allowance.ts';

/** An address whose money the account lives on. */
export interface Owner {
  address: string;
  /** Credits that it gave and that were not returned yet. */
  left: bigint;
}

/**
 * Who may be let take the account's credits back and end its VMs: whoever gave an allowance, and the policy's funder, who may not have given
 * any yet. None where there is neither.
 */
export const ownersOf = async (context: ReadContext, account: string): Promise<Owner[]> => {
  const [{ funder }, allowances] = await Promise.all([readPolicy(context, account), allowancesOf(context, account)]);
  const givers = allowances.map(({ giver, left }) => ({ address: giver, left }));
  return funder === null || givers.some(({ address }) => address === funder) ? givers : [{ address: funder, left: 0n }, ...givers];
};
