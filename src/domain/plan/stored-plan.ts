import type { Check } from '../failure/failure.ts';
import type { Plan } from './plan.ts';

const withoutFix = <Each extends Check>({ fix: _, ...check }: Each): Omit<Each, 'fix'> => check;

/**
 * A plan as it is stored: without the fixes of its checks, because a command that a row names is one that somebody could have written there,
 * and without what only the terminal asks that made it.
 */
export const storedPlan = ({ confirmPhrase: _, ...plan }: Plan): Plan => ({
  ...plan,
  failing: plan.failing.map(withoutFix),
  checks: plan.checks.map(withoutFix),
});
