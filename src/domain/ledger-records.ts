import type { FailureCode } from './failure-codes.ts';
import type { Limits } from './policy.ts';

/** One create, destroy, … from plan to end. Times are ms. */
export interface OperationRecord {
  /** `op_` + 8 base32 digits. */
  id: string;
  kind: 'create' | 'destroy' | 'extend' | 'adopt';
  network: string;
  account: string;
  task: string | null;
  requestId: string | null;
  /** SHA-256 of the normalised input without output, wait and consent flags. */
  argumentsDigest: string;
  /** `running`, until every VM of it is healthy or proven gone. */
  state: 'running' | 'succeeded' | 'failed';
  plan: unknown;
  approval: string | null;
  startedAt: number;
  endedAt: number | null;
  failure: FailureCode | null;
  /** Counts for the breaker: an operation that failed after all its attempts, not one refused. */
  breaker: boolean;
}

export interface ApprovalRecord {
  /** `ap_` + 8 base32 digits. */
  id: string;
  network: string;
  account: string;
  planId: string;
  /** The stored plan that the same command takes. */
  plan: unknown;
  argumentsDigest: string;
  state: 'pending' | 'granted' | 'denied' | 'used' | 'void';
  requestedAt: number;
  decidedAt: number | null;
  /** `terminal`: typed at a terminal. */
  decidedBy: string | null;
  expiresAt: number;
  usedBy: string | null;
}

/** One row of the audit trail: who, what, with which outcome, at what cost. */
export interface EffectRecord {
  seq: number;
  at: number;
  point: string;
  network: string;
  account: string;
  task: string | null;
  operation: string | null;
  vm: string | null;
  outcome: string;
  /** Credits held or billed by this effect; null where it costs nothing. */
  credits: bigint | null;
  latencyMs: number | null;
  facts: Record<string, unknown>;
  previousHash: string;
  hash: string;
}

export interface PolicyRecord {
  network: string;
  account: string;
  version: number;
  limits: Limits;
  /** Since when the total counts; a person re-authorises by moving it. */
  authorisedAt: number;
  /** The balance that a person last acknowledged, credits; the guard is a share of it. null: not yet, the first balance seen counts. */
  acknowledgedBalance: bigint | null;
  setAt: number;
  setBy: 'default' | 'agent' | 'person';
}
