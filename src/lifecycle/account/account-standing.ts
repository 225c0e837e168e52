import { limitsOfSlice } from '../../domain/agents/slice.ts';
import { callersPart } from '../../domain/burn/callers-part.ts';
import { countersOf } from '../../domain/burn/counters.ts';
import { type AccountFigures, type AccountRows, outstanding } from '../../domain/burn/exposure.ts';
import { type RemainingLimits, remainingLimits } from '../../domain/burn/remaining.ts';
import type { AgentCase, JudgedAgent } from '../../domain/judge/slice-checks.ts';
import { type Standing, standingOf } from '../../domain/judge/spendable.ts';
import type { Limits } from '../../domain/limits/limits.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Balance } from '../../ports/network/accounts.ts';
import type { Parties } from '../operation/grant-of.ts';
import { guardOf } from '../policy/guard-of.ts';
import { inProject } from '../policy/in-project.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { agentCase } from '../policy/slice-in-force.ts';
import { accountRows } from './account-rows.ts';
import { readFigures } from './read-figures.ts';
import { runwaySeconds } from './runway.ts';

export interface AccountStanding extends Standing {
  balance: Balance;
  runwaySeconds: number | null;
  balanceGuardPercent: number;
  remaining: RemainingLimits;
  /** Since when what the network said of it may have been read, ms. */
  readAt: number;
}

interface SliceMatter {
  agent: AgentCase;
  limits: Limits;
  rows: AccountRows;
  figures: AccountFigures & { readAt: number };
  now: number;
  /** The account's own standing. */
  whole: Pick<AccountStanding, 'spendable' | 'remaining'>;
}

const least = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (b < a ? b : a));

/** What an agent holds is what its slice leaves it; what it can spend is that, or less where others have used up more of the account. */
const sliceStanding = ({ agent, limits, rows, figures, now, whole }: SliceMatter): AccountStanding => {
  const used = ({ family, slice }: JudgedAgent) => {
    const own = callersPart(family, rows, figures);
    const nothing = { ...limits, maxDayCredits: 0n, maxTotalCredits: 0n };
    const allowed = { limits: slice === null ? nothing : limitsOfSlice(limits, slice), tasks: {}, authorisedAt: slice?.since ?? 0 };
    return { own, allowed, remaining: remainingLimits(own.rows, own.figures, allowed, now) };
  };
  const { own, allowed, remaining } = used(agent);
  // a child has no more than its parent has left
  const above = agent.above === null ? remaining : used(agent.above).remaining;
  const { exposures, perSecond } = countersOf(own.rows, own.figures, allowed.authorisedAt, now);
  const { today, total } = remaining;
  return {
    perSecond,
    reserve: 0n,
    committed: exposures.reduce((sum, exposure) => sum + outstanding(exposure), 0n),
    guard: 0n,
    expiring: 0n,
    spendable: least(
      today.left,
      total.left,
      above.today.left,
      above.total.left,
      whole.spendable,
      whole.remaining.today.left,
      whole.remaining.total.left,
    ),
    balance: { credits: total.left, lots: [] },
    runwaySeconds: null,
    balanceGuardPercent: 0,
    remaining,
    readAt: figures.readAt,
  };
};

/**
 * Returns what the payer holds and burns, and what the account can still spend of it, now. An agent sees its slice in the account's place. `BALANCE_UNREADABLE` when any of it cannot be read;
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
  const remaining = remainingLimits(rows, figures, policy, now);
  const agent = agentCase(ledger, policy, context.caller.agent);
  if (agent !== null) {
    return sliceStanding({
      agent,
      limits: policy.limits,
      rows,
      figures,
      now,
      whole: { ...standing, remaining },
    });
  }
  const runway = runwaySeconds(figures.balance, { ...figures.burn, perSecond: standing.perSecond }, now);
  return {
    ...standing,
    balance: figures.balance,
    runwaySeconds: runway,
    balanceGuardPercent,
    remaining,
    readAt: figures.readAt,
  };
};
