import type { Shape } from '../stored/shape.ts';
import type { Envelope } from './envelope.ts';
import type { PolicySubject } from './kinds/set-policy.ts';
import type { PlanOf } from './plan.ts';

/** What an approval of it is: each has an EIP-712 type of its own, so that none passes for another. With what that type is made of. */
export type SignedAs =
  | { kind: 'plan' }
  | { kind: 'envelope'; envelope: Envelope }
  | { kind: 'seal'; policy: PolicySubject }
  | { kind: 'change'; from: string | null; to: string | null }
  | { kind: 'thaw'; upTo: number; frozenAt: number | null };

/** What of a plan its words and figures follow from. */
export type Stated<Subject> = Pick<PlanOf<string, Subject>, 'subject' | 'summary' | 'cost'>;

/** All that there is to know of one kind of plan that a person may be asked about: every member is needed, so that no kind is taken for another. */
export interface PlanKind<Subject> {
  /** The command that takes what was approved; null where its signature is all there is to do. */
  takenBy: string | null;
  /** What is stored of it. */
  subject: Shape<Subject>;
  /** What it can be applied to alone, beyond its arguments: its VM, the expiry that it moves, the policy that it follows, the head that it replaces. JSON. */
  boundTo(subject: Subject): unknown;
  /** The VMs that it ends. */
  ends(subject: Subject): readonly string[];
  signedAs(subject: Subject): SignedAs;
  /** In our own words, from what will be applied; a summary could be another's. */
  what(plan: Stated<Subject>): string;
  /** Whole cost, USD, from the price and time that will be held. */
  mostUsd(plan: Stated<Subject>): string;
  /** What a person types to agree. `name`: of the VM or key that it is about. */
  phrase(plan: Stated<Subject>, name: string): string;
  /** Its summary has the sentences of all that asks. */
  summaryTellsWhy: boolean;
}
