import { usd } from '../../domain/money/money.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';

/** Warns where the slices of all agents together exceed what the account may spend: the account's limit holds all the same. */
export const warnAboveTotal = (context: Pick<ReadContext, 'warn'>, { limits, agents }: Pick<PolicyInForce, 'limits' | 'agents'>): void => {
  const sum = Object.values(agents).reduce((total, slice) => total + BigInt(slice.limits.maxTotalCredits), 0n);
  if (sum <= limits.maxTotalCredits) return;
  context.warn(
    'AGENTS_ABOVE_TOTAL',
    `The budgets of all agents come to ${usd(sum)} USD, the account may spend ${usd(limits.maxTotalCredits)} in all: whichever is reached first holds.`,
  );
};
