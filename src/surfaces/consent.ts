import type { Choice, Question } from '../contract/declare/question.ts';
import { Failure, type Fix } from '../domain/failure/failure.ts';
import { bySeverity } from '../domain/failure/severity.ts';
import type { AnyPlan, Plan } from '../domain/plan/plan.ts';
import { planKinds } from '../domain/plan/plan-kinds.ts';
import { human } from '../domain/suggest/fix.ts';
import { shortId } from '../domain/text/short-id.ts';
import type { ChangeContext } from '../ports/context.ts';

/** What consent is asked for: one plan of one command with these arguments. */
export interface Consented {
  command: string;
  /** Of the normalised input (domain/text/arguments-digest.ts). */
  argumentsDigest: string;
}

/** A stored plan that waits. `approver`: only this address's signature decides; null: a person at a terminal. */
export interface Asked {
  id: string;
  expiresAt: string;
  plan: Plan;
  approver: string | null;
}

/** Approvals outlive processes: where they are kept is not this floor's business. */
export interface Consent {
  /**
   * The stored plan of a granted approval for exactly this command, these arguments and this account, or of `approval` where its id was given.
   * null when there is none. `APPROVAL_NOT_FOUND`, `APPROVAL_EXPIRED`.
   */
  take(context: ChangeContext, request: Consented & { approval: string | null; account: string | null }): Promise<Plan | null>;
  /** Stores the plan for a person to decide. Where the same call asked before and waits still, that is the one; its plan is then older. */
  request(context: ChangeContext, request: Consented & { plan: Plan }): Promise<Asked>;
  /** A person typed the phrase at this terminal: the stored plan, approved. */
  grant(context: ChangeContext, id: string, request: Consented): Promise<Plan>;
  /** What was granted, and can be applied no more, is void. */
  release(context: ChangeContext, id: string): Promise<void>;
}

/** Somebody at a terminal who may be asked. */
export interface Person {
  /** Yes or no to what the plan says. */
  confirm(plan: AnyPlan): Promise<boolean>;
  /** Shows the plan, lets the phrase be typed; true when it was. */
  approve(plan: AnyPlan, phrase: string): Promise<boolean>;
  /** One of the choices of a walk. */
  choose(question: Question): Promise<Choice>;
  /** A value that is missing; the text as typed. */
  answer(question: string, options: { choices: readonly string[] | null }): Promise<string>;
}

/** A plan that waits for a person, as a failure that says how it goes on. */
export const approvalNeeded = (plan: Plan, stored: Omit<Asked, 'plan'>): Failure =>
  new Failure('APPROVAL_NEEDED', `${reasonOf(plan)} A person must approve: ${plan.summary.replace(/\.$/, '')}.`.trim(), {
    checks: bySeverity(plan.failing),
    facts: {
      approval: stored.id,
      plan: shortId(plan.id),
      expiresAt: stored.expiresAt,
      cost: plan.cost,
      ...(stored.approver === null ? {} : { approver: stored.approver }),
    },
    fix: howApproved(stored),
  });

/** Where several things ask, the gravest; nothing where the summary says it all. */
const reasonOf = ({ action, failing }: Plan): string => {
  const [first] = bySeverity(failing);
  return first === undefined || planKinds[action].summaryTellsWhy ? '' : first.message;
};

const howApproved = ({ id, approver }: Omit<Asked, 'plan'>): Fix =>
  approver === null
    ? human('A person runs this at a terminal; then repeat the same command.', 'approve', id)
    : human('The approver signs it (--signature); then repeat the same command.', 'approve', id, { show: true });
