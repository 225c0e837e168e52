import type { PolicyRecord } from '../domain/ledger-records.ts';
import { type Overlay, tightened } from '../domain/overlay.ts';
import type { LedgerReader } from '../ports/ledger.ts';
import { recordedPolicy } from './recorded-policy.ts';

/**
 * The policy that holds for an account on a network: the one that was set, tightened by the project file (`overlay`) where one works
 * in a project. Never to be written back. `CONFIG_INVALID` for a project file that would loosen it.
 */
export const policyInForce = (
  ledger: Pick<LedgerReader, 'policy'>,
  scope: { account: string; network: string },
  overlay: Overlay | null,
): PolicyRecord => {
  const policy = recordedPolicy(ledger, scope);
  return { ...policy, limits: tightened(policy.limits, overlay) };
};
