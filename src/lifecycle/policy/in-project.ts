import { withinProject } from '../../domain/limits/overlay.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { PolicyInForce } from './policy-in-force.ts';

/**
 * A policy for spending: tightened by the project file where one works in a project. Never to be written back, and nothing that ends a VM
 * asks for it. `CONFIG_INVALID` for a project file that would loosen it.
 */
export const inProject = (policy: PolicyInForce, { preferences }: Pick<ReadContext, 'preferences'>): PolicyInForce => ({
  ...policy,
  limits: withinProject(policy.limits, preferences.project),
});
