import { digest } from '../domain/canonical-json.ts';
import { formatInstant } from '../domain/instant.ts';
import type { Plan } from '../domain/plan.ts';
import type { ReadContext } from '../ports/context.ts';

const validForMs = 10 * 60_000;

/** The plan of a change that costs nothing and needs nobody's approval. */
export const freePlan = <Subject>(
  context: Pick<ReadContext, 'clock' | 'network'>,
  action: string,
  argumentsDigest: string,
  summary: string,
  subject: Subject,
): Plan<Subject> => {
  const terms = { network: context.network, action, arguments: argumentsDigest };
  return {
    action,
    id: digest(terms),
    terms,
    subject,
    verdict: 'allow',
    failing: [],
    checks: [],
    cost: null,
    summary,
    consentPhrase: null,
    expiresAt: formatInstant(context.clock.now() + validForMs),
    approval: null,
  };
};
