import type { FailureCode } from '../failure/failure-codes.ts';
import type { Limits } from '../limits/policy.ts';

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
  /** Read by domain/plan/operation-plan.ts. */
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
  /** The stored plan that the same command takes; read by domain/plan/read-plan.ts. */
  plan: unknown;
  argumentsDigest: string;
  state: 'pending' | 'granted' | 'denied' | 'used' | 'void';
  requestedAt: number;
  decidedAt: number | null;
  /** `terminal`: typed at a terminal; otherwise the address that signed. */
  decidedBy: string | null;
  expiresAt: number;
  usedBy: string | null;
  payer: string;
  policyVersion: number;
  /** `0x` and 64 digits: what is signed over it is used once ever. Empty in rows of earlier versions, which nobody can sign. */
  nonce: string;
  /** Why, in the words of whoever asked: theirs, not ours. */
  purpose: string | null;
  /** EIP-712, over what domain/approval/approval-message.ts makes of this row. null: nobody signed. */
  signature: string | null;
}

/** What an approver signed over a version of the policy, beyond the policy itself (domain/approval/policy-seal.ts). */
export interface PolicySealRecord {
  signature: string;
  nonce: string;
  issuedAt: number;
  /** Until when it had to be put in force; it holds on. */
  expiresAt: number;
  /** Digest of the policy before. */
  previous: string;
  /** Freezes up to this number are over. */
  thawed: number;
}

/** A stop of all creation and extension on a network, or its end for one account. */
export interface FreezeRecord {
  seq: number;
  network: string;
  /** null: every account. */
  account: string | null;
  frozen: boolean;
  at: number;
  /** The approval of a thaw. */
  approval: string | null;
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
  /** Read by domain/ledger/effect-facts.ts. */
  facts: object;
  previousHash: string;
  hash: string;
}

export interface PolicyRecord {
  network: string;
  account: string;
  version: number;
  limits: Limits;
  /** Credits that each task may cost in all: slices of the account's own limits. */
  tasks: Readonly<Record<string, bigint>>;
  /** Since when the total counts; a person re-authorises by moving it. */
  authorisedAt: number;
  /** The balance that a person last acknowledged, credits; the guard is a share of it. null: not yet, the first balance seen counts. */
  acknowledgedBalance: bigint | null;
  setAt: number;
  setBy: 'default' | 'agent' | 'person' | 'approver';
  /** Lower case; null: a person at a terminal approves. */
  approver: string | null;
  seal: PolicySealRecord | null;
  /** Lowered since the version was sealed: can only tighten. */
  overlay: Partial<Limits>;
  /** The same for budgets of tasks. */
  overlayTasks: Readonly<Record<string, bigint>>;
}

/** The end of the audit trail that was last to be made public for an account (`PublishedHead`), and whether it is. */
export interface HeadRecord {
  network: string;
  account: string;
  id: string;
  rows: number;
  head: string;
  at: number;
  published: boolean;
  /** The head that a person allowed this one to take the place of; null for none. */
  replaces: string | null;
}
