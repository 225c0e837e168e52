import type { Slices } from '../agents/slice.ts';
import type { FailureCode } from '../failure/failure-codes.ts';
import type { Limits } from '../limits/limits.ts';

/** One create, extend or adopt from plan to end. Times are ms. */
export interface OperationRecord {
  /** `op_` + 8 base32 digits. */
  id: string;
  kind: 'create' | 'destroy' | 'extend' | 'adopt' | 'transfer' | 'topup';
  network: string;
  account: string;
  /** The agent that began it; null: the owner. */
  agent: string | null;
  task: string | null;
  requestId: string | null;
  /** SHA-256 of the normalised input without output, wait and consent flags. */
  argumentsDigest: string;
  /** `running` until every VM of the operation is healthy or proven gone. */
  state: 'running' | 'succeeded' | 'failed';
  /** Read by domain/plan/operation-plan.ts. */
  plan: unknown;
  approval: string | null;
  startedAt: number;
  endedAt: number | null;
  failure: FailureCode | null;
  /** The breaker counts this operation: it failed after all its attempts and was not merely refused. */
  breaker: boolean;
}

/** What became of an operation and when, without its plan. */
export type OperationCourse = Pick<OperationRecord, 'id' | 'kind' | 'agent' | 'task' | 'state' | 'startedAt' | 'endedAt' | 'breaker'>;

export interface ApprovalRecord {
  /** `ap_` + 8 base32 digits. */
  id: string;
  network: string;
  account: string;
  /** The agent that asked; null: the owner. */
  agent: string | null;
  planId: string;
  /** The stored plan that the same command applies once approved; read by domain/plan/read-plan.ts. */
  plan: unknown;
  argumentsDigest: string;
  state: 'pending' | 'granted' | 'denied' | 'used' | 'void';
  requestedAt: number;
  decidedAt: number | null;
  /** `terminal`: a person typed the phrase at a terminal; otherwise the address that signed. */
  decidedBy: string | null;
  expiresAt: number;
  usedBy: string | null;
  payer: string;
  policyVersion: number;
  /** `0x` and 64 digits; an approval signed over it is used at most once. Empty in rows of earlier versions, which nobody can sign. */
  nonce: string;
  /** Why the plan is wanted, in the caller's own words. */
  purpose: string | null;
  /** EIP-712 signature over the message that domain/approval/approval-message.ts makes of this row; null where nobody signed. */
  signature: string | null;
  /** The devnet that it was asked on; empty for other networks, and in rows of earlier versions. */
  networkId: string;
}

/** The parts of a policy seal beyond the policy version that it covers (domain/approval/policy-seal.ts). */
export interface PolicySealRecord {
  signature: string;
  nonce: string;
  issuedAt: number;
  /** Until when the version had to be put in force, ms; a version in force stays so. */
  expiresAt: number;
  /** Digest of the policy version before. */
  previous: string;
  /** The seal ends every freeze up to this number. */
  thawed: number;
  /** The devnet that it was sealed on; empty or absent for other networks, and in seals of earlier versions. */
  networkId?: string;
}

/** A freeze of all creation and extension on a network, or the thaw of one account. */
export interface FreezeRecord {
  seq: number;
  network: string;
  /** The account; null for every account. */
  account: string | null;
  frozen: boolean;
  at: number;
  /** The approval of a thaw; null for a freeze. */
  approval: string | null;
}

/** One row of the audit trail: who did what, with which outcome, at what cost. */
export interface EffectRecord {
  seq: number;
  at: number;
  point: string;
  network: string;
  account: string;
  /** Whose VM it is about, or who called; null: the owner. */
  agent: string | null;
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
  /** Credits that each task may cost in all; budgets are slices of the account's own limits. */
  tasks: Readonly<Record<string, bigint>>;
  /** Since when spending counts against the total limit, ms; a person re-authorises by moving it to now. */
  authorisedAt: number;
  /** The balance that a person last acknowledged, credits; the guard is a share of it. null: none yet, and the current balance counts. */
  acknowledgedBalance: bigint | null;
  setAt: number;
  setBy: 'default' | 'agent' | 'person' | 'approver';
  /** The approver's address in lower case; null: a person at a terminal approves. */
  approver: string | null;
  seal: PolicySealRecord | null;
  /** Limits that were lowered since the version was sealed; they can only tighten. */
  overlay: Partial<Limits>;
  /** Task budgets that were lowered since the version was sealed. */
  overlayTasks: Readonly<Record<string, bigint>>;
  /** The agents that a safe serves, each with its slice. */
  agents: Slices;
  /** Slices that were narrowed since the version was sealed. */
  overlayAgents: Slices;
}

/** The newest head (`PublishedHead`) that this ledger made for an account, and whether it is published. */
export interface HeadRecord {
  network: string;
  account: string;
  id: string;
  rows: number;
  head: string;
  at: number;
  published: boolean;
  /** The other ledger's head that a person allowed this head to replace; null for none. */
  replaces: string | null;
  /**
   * The time of the newest head of ours that two hosts showed, with no head of another trail beside it, ms; null: none yet. Another trail's
   * heads from before then were known when it was found.
   */
  confirmedAt: number | null;
  /** The number of rows that head had. */
  confirmedRows: number;
  /** When that was found, ms. */
  checkedAt: number | null;
  /** Our heads up to this time, ms, were given up: nothing is paid for on their strength. */
  withdrawnAt: number | null;
}
