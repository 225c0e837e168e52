import { type RemainingLimits, remainingLimits } from '../../domain/burn/remaining.ts';
import { type Standing, standingOf } from '../../domain/judge/spendable.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Balance } from '../../ports/network/accounts.ts';
import type { Parties } from '../operation/grant-of.ts';
import { guardOf } from '../policy/guard-of.ts';
import { inProject } from '../policy/in-project.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { accountRows } from './account-rows.ts';
import { readFigures } from './read-figures.ts';
import { runwaySeconds } from './runway.ts';

export interface AccountStanding extends Standing {
  balance: Balance;
  runwaySeconds: number | null;
  balanceGuardPercent: number;
  remaining: RemainingLimits;
}

/**
 * Returns what the payer holds and burns, and what the account can still spend of it, now. `BALANCE_UNREADABLE` when any of it cannot be read;
 * `GRANT_MISSING`.
 */
export const accountStanding = async (context: ReadContext, parties: Parties): Promise<AccountStanding> => {
  const { account, payer } = parties;
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  const policy = inProject(await readPolicy(context, account), context);
  const figures = await readFigures(context, parties, policy.authorisedAt);
  const now = context.clock.now();
  const rows = accountRows(ledger, scope, figures);
  const { balanceGuardPercent } = policy.limits;
  const standing = standingOf(rows, figures, { ...guardOf(ledger, policy, payer), balanceGuardPercent }, now);
  const runway = runwaySeconds(figures.balance, { ...figures.burn, perSecond: standing.perSecond }, now);
  return {
    ...standing,
    balance: figures.balance,
    runwaySeconds: runway,
    balanceGuardPercent,
    remaining: remainingLimits(rows, figures, policy, now),
  };
};
