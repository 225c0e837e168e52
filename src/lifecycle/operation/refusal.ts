import { type Check, Failure } from '../../domain/failure/failure.ts';
import { bySeverity } from '../../domain/failure/severity.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { shortId } from '../../domain/text/short-id.ts';

/** Returns all failing checks as one failure with the code of the gravest one. Nothing was sent or changed by then. */
export const refusal = (failing: readonly Check[], plan: Pick<Plan, 'id' | 'summary'>): Failure => {
  const checks = bySeverity(failing);
  const gravest = checks[0];
  if (gravest === undefined) return new Failure('POLICY_REFUSED', `The policy does not allow this: ${plan.summary}`);
  const waits = checks.flatMap((check) => check.retryAfterSeconds ?? []);
  const rest = checks.length > 1 ? `; ${checks.length - 1} more ${checks.length === 2 ? 'check fails' : 'checks fail'}` : '';
  return new Failure(gravest.code, `${gravest.message.replace(/\.$/, '')}${rest}.`, {
    checks,
    ...(gravest.fix === undefined ? {} : { fix: gravest.fix }),
    sideEffects: 'none',
    exposureUsdPerHour: '0',
    facts: { plan: shortId(plan.id) },
    ...(waits.length === 0 ? {} : { retryAfterSeconds: Math.max(...waits) }),
  });
};
