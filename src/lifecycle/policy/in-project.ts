import { withinProject } from '../../domain/limits/overlay.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { PolicyInForce } from './policy-in-force.ts';

/**
 * Returns the policy for spending, tightened by the project file of the working folder. Never store it, and never ask it before ending a
 * VM. `CONFIG_INVALID` where the project file would loosen the policy.
 */
export const inProject = (policy: PolicyInForce, { preferences }: Pick<ReadContext, 'preferences'>): PolicyInForce => ({
  ...policy,
  limits: withinProject(policy.limits, preferences.project),
});
