import { digest } from '../text/canonical-json.ts';
import { formatInstant } from '../text/instant.ts';
import type { FreePlan, PlanAction, PlanOf, PlanSubjects } from './plan.ts';
import { phraseOf } from './plan-kinds.ts';

/** How long after it was made a plan can be applied. */
const planValidMs = 10 * 60_000;

type Stated = 'action' | 'terms' | 'subject' | 'summary';
type Extra = 'checks' | 'cost' | 'missing' | 'choice' | 'notes' | 'confirmPhrase';
/** A plan that gives failing checks must give its verdict, too. */
type Judged = Pick<PlanOf<string, unknown>, 'verdict' | 'failing'> | { verdict?: never; failing?: never };

/** How a person is asked to consent. */
interface Asking {
  /** The name of the VM or key that the plan is about. */
  name?: string;
  /** Must a person type the phrase? By default only where the verdict is `approve`. */
  typed?: boolean;
}

const unsaid = { verdict: 'allow', failing: [], checks: [], cost: null, consentPhrase: null } as const;

/**
 * Makes a plan at `now` (ms). Its id follows from its terms and its phrase from its kind; it has no approval yet. Parts that the caller
 * leaves out mean: nothing fails, it costs nothing, and nobody is asked.
 */
export const makePlan = <Action extends PlanAction>(
  now: number,
  {
    name = '',
    typed,
    ...parts
  }: Pick<PlanOf<Action, PlanSubjects[Action]>, Stated> & Partial<Pick<PlanOf<Action, unknown>, Extra>> & Judged & Asking,
): PlanOf<Action, PlanSubjects[Action]> => {
  const plan = { ...unsaid, ...parts, id: digest(parts.terms), expiresAt: formatInstant(now + planValidMs), approval: null };
  return { ...plan, consentPhrase: (typed ?? plan.verdict === 'approve') ? phraseOf(plan, name) : null };
};

/** Makes a plan that needs nobody's approval. */
export const makeFreePlan = <Subject>(
  now: number,
  parts: Pick<FreePlan<Subject>, Stated> & Partial<Pick<FreePlan, Extra | 'untrustedPurpose' | 'consentPhrase' | 'changesNothing'>>,
): FreePlan<Subject> => ({
  ...unsaid,
  ...parts,
  id: digest(parts.terms),
  expiresAt: formatInstant(now + planValidMs),
  approval: null,
});
