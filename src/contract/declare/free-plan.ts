import { makeFreePlan } from '../../domain/plan/make-plan.ts';
import type { FreePlan } from '../../domain/plan/plan.ts';
import type { ReadContext } from '../../ports/context.ts';

/** The plan of a change that costs nothing and needs nobody's approval. */
export const freePlan = <Subject>(
  context: Pick<ReadContext, 'clock' | 'network'>,
  action: string,
  argumentsDigest: string,
  summary: string,
  subject: Subject,
): FreePlan<Subject> => {
  const terms = { network: context.network, action, arguments: argumentsDigest };
  return makeFreePlan(context.clock.now(), {
    action,
    terms,
    subject,
    summary,
  });
};
