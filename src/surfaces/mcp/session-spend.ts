import type { SpendGate } from '../../contract/declare/door.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { parseUsd, usd } from '../../domain/money/money.ts';
import type { AnyPlan, Plan } from '../../domain/plan/plan.ts';
import { mostUsdOf } from '../../domain/plan/plan-kinds.ts';
import { human } from '../../domain/suggest/fix.ts';

/** The gate of one call: `isHeld` tells whether the call has held credits by now. */
type GateOfCall = (isHeld: () => boolean) => SpendGate;

/**
 * The circuit breaker of one server process (W-14A): what its calls may cost together, on top of the policy. What a VM may cost until its
 * expiry counts when it is ordered, and is not given back by ending it early: only a person, who starts the server anew, gives more. A call
 * that failed gives its count back only where it held nothing: whatever a failure says of itself, what was held may live.
 */
export const sessionSpend = (mostCredits: bigint): GateOfCall => {
  let taken = 0n;
  return (isHeld) => (plan) => {
    const credits = creditsOf(plan);
    if (taken + credits > mostCredits) throw overLimit(taken, credits, mostCredits);
    taken += credits;
    const giveBack = (): void => {
      taken -= credits;
    };
    return { failed: () => (isHeld() || !holds.has(plan.action) ? undefined : giveBack()), replayed: giveBack };
  };
};

/** Actions that say when they have held credits; whatever else fails may have spent them. */
const holds: ReadonlySet<string> = new Set(['vm create', 'vm redeploy', 'vm spawn', 'vm extend']);

/** What a plan adds to what may be spent: of an extension the longer lifetime alone. */
const creditsOf = (plan: AnyPlan): bigint => {
  if (plan.action === 'vm extend' && 'rate' in (plan.subject as object)) {
    const { from, to } = (plan as Extract<AnyPlan, { action: 'vm extend' }>).subject;
    return BigInt(to.hold) - BigInt(from.hold);
  }
  if (plan.action === 'credits topup') return parseUsd(mostUsdOf(plan as Plan<'credits topup'>));
  return plan.cost === null ? 0n : parseUsd(plan.cost.mostUsd);
};

const overLimit = (taken: bigint, credits: bigint, most: bigint): Failure => {
  const message = `This server may spend ${usd(most)} USD, ${usd(taken)} are taken, and this would take ${usd(credits)} more`;
  return new Failure('SESSION_LIMIT', `${message}. Nothing was sent.`, {
    checks: [{ code: 'SESSION_LIMIT', figure: usd(taken + credits), limit: usd(most), message }],
    fix: human('A person starts the server anew, or with a higher --max-session-spend.'),
  });
};
