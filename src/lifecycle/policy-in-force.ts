import type { PolicyRecord } from '../domain/ledger-records.ts';
import { defaultLimits } from '../domain/policy.ts';
import type { LedgerReader } from '../ports/ledger.ts';

/** The policy of an account on a network: what was set, else the defaults, which count everything since ever. */
export const policyInForce = (ledger: LedgerReader, scope: { account: string; network: string }): PolicyRecord => {
  const set = ledger.policy(scope);
  // A limit that is newer than the row is at its default.
  if (set !== null) return { ...set, limits: { ...defaultLimits, ...set.limits } };
  return {
    ...scope,
    version: 0,
    limits: defaultLimits,
    authorisedAt: 0,
    acknowledgedBalance: null,
    setAt: 0,
    setBy: 'default',
  };
};
