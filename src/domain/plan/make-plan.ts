import { digest } from '../text/canonical-json.ts';
import { formatInstant } from '../text/instant.ts';
import type { FreePlan, PlanAction, PlanOf, PlanSubjects } from './plan.ts';
import { phraseOf } from './plan-kinds.ts';

/** So long after it was made a plan can be applied. */
const planValidMs = 10 * 60_000;

type Stated = 'action' | 'terms' | 'subject' | 'summary';
type Extra = 'checks' | 'cost' | 'choice' | 'notes';
/** What fails comes with what that means. */
type Judged = Pick<PlanOf<string, unknown>, 'verdict' | 'failing'> | { verdict?: never; failing?: never };

/** What a person would type. */
interface Asking {
  /** Of the VM or key that it is about. */
  name?: string;
  /** It is typed where approval is needed; whether it is, where that alone does not say. */
  typed?: boolean;
}

const unsaid = { verdict: 'allow', failing: [], checks: [], cost: null, consentPhrase: null } as const;

/**
 * A plan as it is made at `now`, in ms: its id follows from its terms, its phrase from its kind, and nobody has approved it yet. Whatever
 * is left out says that nothing stands in its way, that it costs nothing, and that nobody is asked.
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

/** The plan of what needs nobody. */
export const makeFreePlan = <Subject>(
  now: number,
  parts: Pick<FreePlan<Subject>, Stated> & Partial<Pick<FreePlan, Extra | 'consentPhrase'>>,
): FreePlan<Subject> => ({
  ...unsaid,
  ...parts,
  id: digest(parts.terms),
  expiresAt: formatInstant(now + planValidMs),
  approval: null,
});
