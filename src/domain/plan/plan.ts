import type { Check } from '../failure/failure.ts';
import type { AbandonSubject } from './kinds/abandon-top-up.ts';
import type { AdoptSubject } from './kinds/adopt.ts';
import type { AgentEndSubject, AgentSubject } from './kinds/agents.ts';
import type { DestroySubject, FreezeSubject, RecoverSubject } from './kinds/destroy.ts';
import type { ExtendSubject } from './kinds/extend.ts';
import type { CarrierSubject, InstallSubject } from './kinds/gc.ts';
import type { GrantSubject, OwnGrantSubject, RevokeSubject } from './kinds/grant.ts';
import type { EnvelopeSubject } from './kinds/grant-envelope.ts';
import type { ProtectSubject } from './kinds/protect.ts';
import type { ProvisionSubject } from './kinds/provision.ts';
import type { RedeploySubject } from './kinds/redeploy.ts';
import type { ReinstallSubject } from './kinds/reinstall.ts';
import type { ApproverSubject } from './kinds/set-approver.ts';
import type { FunderSubject } from './kinds/set-funder.ts';
import type { PolicySubject } from './kinds/set-policy.ts';
import type { SpawnSubject } from './kinds/spawn.ts';
import type { TakeOverSubject } from './kinds/take-over.ts';
import type { ThawSubject } from './kinds/thaw.ts';
import type { TopUpSubject } from './kinds/top-up.ts';
import type { TransferSubject } from './kinds/transfer.ts';

export type Verdict = 'allow' | 'approve' | 'deny';

/**
 * What a change would do, before it is done. Consent is given to its `id`, the SHA-256 of `terms` in canonical JSON (RFC 8785), so that
 * consent means the same at a terminal, over MCP, or signed by a wallet.
 */
export interface PlanOf<Action extends string, Subject> {
  action: Action;
  id: string;
  /**
   * What consent binds: network, account, payer, action, normalised input, nodes, ttl, price ceiling, policy version. JSON, numbers as
   * strings.
   */
  terms: Readonly<Record<string, unknown>>;
  /** What applying the plan needs beyond the terms. Never shown; not part of `id`. */
  subject: Subject;
  verdict: Verdict;
  /** Every check that failed, gravest first. */
  failing: readonly Check[];
  /** Every check that was made, for --dry-run. */
  checks: readonly (Check & { ok: boolean })[];
  /** USD; null for a plan that costs nothing. `neededUsd`: what the account must hold, the reserve of 24 h of its burn included. */
  cost: { usdPerHour: string; mostUsd: string; neededUsd: string } | null;
  /** Credits that the account lacks for it, in digits: now, and where they come as late as the approval lasts. Absent where it lacks none. */
  missing?: { now: string; late: string };
  /** The chosen nodes, by their first 12 digits and in order, and why the first; absent where no node is chosen. */
  choice?: { crns: readonly string[]; why: string };
  /** Consequences that a person should know, one a line. */
  notes?: readonly string[];
  /** One line for people: what the plan will do. */
  summary: string;
  /** The words of whoever asked for it, on one line: they are shown last, after our figures, and as theirs. Absent where there are none. */
  untrustedPurpose?: string;
  /** The word or amount that a person types when asked to approve; null asks yes or no. */
  consentPhrase: string | null;
  /** What a person at a terminal types in place of a yes, where a slip would cost dearly; never stored. Absent where yes or no is enough. */
  confirmPhrase?: string;
  expiresAt: string;
  /** The approval that this plan was taken from; null where it was just made. */
  approval: string | null;
}

/**
 * Every kind of plan that a person may be asked about, with the subject that applying it needs. Each needs its record in plan-kinds.ts to
 * compile.
 */
export interface PlanSubjects {
  'vm create': ProvisionSubject;
  'vm redeploy': RedeploySubject;
  'vm spawn': SpawnSubject;
  'vm extend': ExtendSubject;
  'vm adopt': AdoptSubject;
  'vm destroy': DestroySubject;
  'vm reinstall': ReinstallSubject;
  'vm protect': ProtectSubject;
  'gc install': InstallSubject;
  'gc carrier export': CarrierSubject;
  'ledger take-over': TakeOverSubject;
  freeze: FreezeSubject;
  'freeze as owner': RecoverSubject;
  thaw: ThawSubject;
  'approve envelope': EnvelopeSubject;
  'policy set': PolicySubject;
  'policy task': PolicySubject;
  'agents add': PolicySubject;
  'agents limit': PolicySubject;
  'agents rotate': AgentSubject;
  'agents resume': AgentSubject;
  'agents revoke': AgentEndSubject;
  'policy funder': FunderSubject;
  'policy approver set': ApproverSubject;
  'policy approver remove': ApproverSubject;
  'policy approver seal': PolicySubject;
  'credits allow': TransferSubject;
  'credits return': TransferSubject;
  'credits topup': TopUpSubject;
  'credits topup --abandon': AbandonSubject;
  'authz grant': GrantSubject;
  'authz grant own': OwnGrantSubject;
  'authz revoke': RevokeSubject;
}

export type PlanAction = keyof PlanSubjects;

/** A plan that a person may be asked about: it can be stored, approved, and applied later. `action` tells the kinds apart. */
export type Plan<Action extends PlanAction = PlanAction> = Action extends PlanAction ? PlanOf<Action, PlanSubjects[Action]> : never;

/** A plan that never needs anybody's approval. It is never stored, so no approval can be used for it. */
export interface FreePlan<Subject = unknown> extends PlanOf<string, Subject> {
  verdict: 'allow';
  approval: null;
  /** Applying it only shows something: at a terminal nobody is asked first. */
  changesNothing?: true;
}

export type AnyPlan = Plan | FreePlan;
