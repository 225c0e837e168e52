import type { PolicyRecord } from '../domain/ledger-records.ts';
import { defaultLimits } from '../domain/policy.ts';
import type { LedgerReader } from '../ports/ledger.ts';

/**
 * The policy of an account on a network: what was set, else the defaults, which count everything since ever. A limit that came after a
 * policy was set has its default.
 */
export const policyInForce = (ledger: LedgerReader, scope: { account: string; network: string }): PolicyRecord => {
  const row = ledger.policy(scope);
  if (row !== null) return { ...row, limits: { ...defaultLimits, ...row.limits } };
  return { ...scope, version: 0, limits: defaultLimits, authorisedAt: 0, acknowledgedBalance: null, setAt: 0, setBy: 'default' };
};
