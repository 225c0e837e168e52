import type { Plan } from './plan.ts';
import { mostUsdOf, phraseOf, whatOf } from './plan-kinds.ts';

/**
 * A stored plan as it is shown to a person: words, cost and phrase made anew from what would be applied, because what is stored beside that
 * could have been altered.
 */
export const restated = (plan: Plan): Plan => {
  const mostUsd = mostUsdOf(plan);
  const shown = { ...plan, summary: whatOf(plan), cost: plan.cost === null ? null : { ...plan.cost, mostUsd } };
  // A phrase that names a VM or key is no figure; one that is the cost is made anew.
  const phrase = phraseOf(shown, '');
  return { ...shown, consentPhrase: plan.consentPhrase !== null && phrase === mostUsd ? phrase : plan.consentPhrase };
};
