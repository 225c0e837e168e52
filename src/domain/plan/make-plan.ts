import { digest } from '../text/canonical-json.ts';
import { formatInstant } from '../text/instant.ts';
import type { Plan } from './plan.ts';

/** So long after it was made a plan can be applied. */
const planValidMs = 10 * 60_000;

type Stated = 'action' | 'terms' | 'subject' | 'summary';
type Extra = 'checks' | 'cost' | 'choice' | 'notes' | 'consentPhrase';
/** What fails comes with what that means. */
type Judged = Pick<Plan, 'verdict' | 'failing'> | { verdict?: never; failing?: never };

/**
 * A plan as it is made at `now`, in ms: its id follows from its terms, and nobody has approved it yet. Whatever is left out says that
 * nothing stands in its way, that it costs nothing, and that nobody is asked.
 */
export const makePlan = <Subject>(
  now: number,
  parts: Pick<Plan<Subject>, Stated> & Partial<Pick<Plan, Extra>> & Judged,
): Plan<Subject> => ({
  verdict: 'allow',
  failing: [],
  checks: [],
  cost: null,
  consentPhrase: null,
  ...parts,
  id: digest(parts.terms),
  expiresAt: formatInstant(now + planValidMs),
  approval: null,
});
