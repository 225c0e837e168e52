import type { Judgement } from '../../domain/judge/judge.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';

/**
 * Can the funder answer a request with the money itself? Nobody sends credits to himself, and a person at a terminal is asked there and
 * then. What an agent of a safe asks for is decided at the safe: credits that come for it would be the account's, for any agent to use.
 */
export const isFundable = ({ caller }: Pick<ReadContext, 'caller'>, { funder }: Pick<PolicyInForce, 'funder'>, payer: string): boolean =>
  funder !== null && !caller.person && caller.agent === null && funder.toLowerCase() !== payer.toLowerCase();

/** What a plan says of the credits that are lacking; nothing where none are, and where no sum is enough. */
export const missingOf = ({ missing }: Pick<Judgement, 'missing'>): Pick<Plan, 'missing'> =>
  missing === null || missing.late === 0n ? {} : { missing: { now: String(missing.now), late: String(missing.late) } };
