import type { Check } from '../failure/failure.ts';
import type { AdoptSubject } from './kinds/adopt.ts';
import type { DestroySubject, FreezeSubject } from './kinds/destroy.ts';
import type { ExtendSubject } from './kinds/extend.ts';
import type { EnvelopeSubject } from './kinds/grant-envelope.ts';
import type { InstallSubject } from './kinds/install-gc.ts';
import type { ProtectSubject } from './kinds/protect.ts';
import type { ProvisionSubject } from './kinds/provision.ts';
import type { RedeploySubject } from './kinds/redeploy.ts';
import type { ReinstallSubject } from './kinds/reinstall.ts';
import type { ApproverSubject } from './kinds/set-approver.ts';
import type { PolicySubject } from './kinds/set-policy.ts';
import type { TakeOverSubject } from './kinds/take-over.ts';
import type { ThawSubject } from './kinds/thaw.ts';

export type Verdict = 'allow' | 'approve' | 'deny';

/**
 * What a change would do, before it is done. A value: consent is given to its `id`, the SHA-256 of `terms` in canonical
 * JSON (RFC 8785), so that it means the same at a terminal, over MCP, or signed by a wallet.
 */
export interface PlanOf<Action extends string, Subject> {
  action: Action;
  id: string;
  /** What consent binds: network, account, payer, action, normalised input, nodes, ttl, price ceiling, policy version. JSON, numbers as strings. */
  terms: Readonly<Record<string, unknown>>;
  /** What `apply` needs beyond the terms. Never shown, never hashed. */
  subject: Subject;
  verdict: Verdict;
  /** Every check that failed, gravest first. */
  failing: readonly Check[];
  /** Every check that was made, for --dry-run. */
  checks: readonly (Check & { ok: boolean })[];
  /** USD; null for what costs nothing. */
  cost: { usdPerHour: string; mostUsd: string; reserveUsd: string } | null;
  /** Which nodes, by the first 12 digits, in order, and why the first; absent where none is chosen. */
  choice?: { crns: readonly string[]; why: string };
  /** What it brings with it that one should know, a line each. */
  notes?: readonly string[];
  /** One line for people: what will be done. */
  summary: string;
  /** The word or amount that a person types when asked to approve; null asks yes or no. */
  consentPhrase: string | null;
  expiresAt: string;
  /** Set where this plan was approved before and was taken from the store. */
  approval: string | null;
}

/** Every kind of plan that a person may be asked about, with what applying it takes. One of them has its record in plan-kinds.ts, or nothing compiles. */
export interface PlanSubjects {
  'vm create': ProvisionSubject;
  'vm redeploy': RedeploySubject;
  'vm extend': ExtendSubject;
  'vm adopt': AdoptSubject;
  'vm destroy': DestroySubject;
  'vm reinstall': ReinstallSubject;
  'vm protect': ProtectSubject;
  'gc install': InstallSubject;
  'ledger take-over': TakeOverSubject;
  freeze: FreezeSubject;
  thaw: ThawSubject;
  'approve envelope': EnvelopeSubject;
  'policy set': PolicySubject;
  'policy task': PolicySubject;
  'policy approver set': ApproverSubject;
  'policy approver remove': ApproverSubject;
  'policy approver seal': PolicySubject;
}

export type PlanAction = keyof PlanSubjects;

/** One that a person may be asked about: it can be stored, approved, and taken later. Told apart by `action`. */
export type Plan<Action extends PlanAction = PlanAction> = Action extends PlanAction ? PlanOf<Action, PlanSubjects[Action]> : never;

/** One that needs nobody whatever it is applied to: it is never stored, so nothing approved is taken for it. */
export interface FreePlan<Subject = unknown> extends PlanOf<string, Subject> {
  verdict: 'allow';
  approval: null;
}

export type AnyPlan = Plan | FreePlan;
