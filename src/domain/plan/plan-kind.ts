import type { Shape } from '../stored/shape.ts';
import type { Envelope } from './envelope.ts';
import type { PolicySubject } from './kinds/set-policy.ts';
import type { PlanOf } from './plan.ts';

/**
 * What an approver signs for a plan, and the values that the message is made of. Each kind has its own EIP-712 type, so that no signature
 * passes for another.
 */
export type SignedAs =
  | { kind: 'plan' }
  | { kind: 'envelope'; envelope: Envelope }
  | { kind: 'seal'; policy: PolicySubject }
  | { kind: 'change'; from: string | null; to: string | null }
  | { kind: 'funder'; funder: string | null }
  | { kind: 'grant'; to: string; channel: string; exposes: string; creditsUsd: string }
  | { kind: 'topUp'; amount: string; to: string; chainId: string; maxFeeEth: string; creditsUsd: string }
  | { kind: 'thaw'; upTo: number; frozenAt: number | null };

/** The parts of a plan from which its words and figures are made. */
export type Stated<Subject> = Pick<PlanOf<string, Subject>, 'subject' | 'summary' | 'cost'>;

/**
 * Everything specific to one kind of plan that a person may be asked about. Every member is required, so that no kind inherits another's
 * behaviour.
 */
export interface PlanKind<Subject> {
  /** The command that applies the approved plan; null where the signature alone does. */
  takenBy: string | null;
  /** The shape of the stored subject. */
  subject: Shape<Subject>;
  /**
   * What an approval is bound to beyond the arguments: a VM, the expiry that moves, the policy version before, the head that is replaced.
   * JSON.
   */
  boundTo(subject: Subject): unknown;
  /** Item hashes of the VMs that the plan ends. */
  ends(subject: Subject): readonly string[];
  /** Item hashes of the VMs that the plan is about: once all of them are gone, nothing is left to decide. */
  about(subject: Subject): readonly string[];
  signedAs(subject: Subject): SignedAs;
  /** What the plan does, in our own words and made from its subject, because a stored summary could have been altered. */
  what(plan: Stated<Subject>): string;
  /** Whole cost in USD, computed from the rate and time that will be held. */
  mostUsd(plan: Stated<Subject>): string;
  /** The phrase that a person types to agree. `name`: the name of the VM or key that the plan is about. */
  phrase(plan: Stated<Subject>, name: string): string;
  /** The plan's summary already says why a person is asked. */
  summaryTellsWhy: boolean;
}
