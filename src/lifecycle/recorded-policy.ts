import type { PolicyRecord } from '../domain/ledger-records.ts';
import { defaultLimits } from '../domain/policy.ts';
import type { LedgerReader } from '../ports/ledger.ts';

/** The policy of an account on a network as it was set, else the defaults, which count everything since ever. */
export const recordedPolicy = (ledger: Pick<LedgerReader, 'policy'>, scope: { account: string; network: string }): PolicyRecord =>
  ledger.policy(scope) ?? {
    ...scope,
    version: 0,
    limits: defaultLimits,
    tasks: {},
    authorisedAt: 0,
    acknowledgedBalance: null,
    setAt: 0,
    setBy: 'default',
  };
