import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ReadContext } from '../../ports/context.ts';

/** The plan of a change that costs nothing and needs nobody's approval. */
export const freePlan = <Subject>(
  context: Pick<ReadContext, 'clock' | 'network'>,
  action: string,
  argumentsDigest: string,
  summary: string,
  subject: Subject,
): Plan<Subject> => {
  const terms = { network: context.network, action, arguments: argumentsDigest };
  return makePlan(context.clock.now(), {
    action,
    terms,
    subject,
    summary,
  });
};
