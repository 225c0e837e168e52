import type { Asker } from '../contract/declare/question.ts';
import { Failure, type Fix } from '../domain/failure/failure.ts';
import { bySeverity } from '../domain/failure/severity.ts';
import { lacksCredits } from '../domain/judge/lacks-credits.ts';
import type { Quote } from '../domain/ledger/effect-facts.ts';
import { usd } from '../domain/money/money.ts';
import type { AnyPlan, Plan } from '../domain/plan/plan.ts';
import { planKinds } from '../domain/plan/plan-kinds.ts';
import { commandLine } from '../domain/suggest/command-line.ts';
import { human } from '../domain/suggest/fix.ts';
import { shortId } from '../domain/text/short-id.ts';
import type { ChangeContext } from '../ports/context.ts';

/** The call that consent is for: one command with these arguments. */
export interface Consented {
  command: string;
  /** Digest of the normalised input (domain/text/arguments-digest.ts). */
  argumentsDigest: string;
}

/** A stored plan that waits for approval. `approver`: the address whose signature decides; null: a person at a terminal decides. */
export interface Asked {
  id: string;
  expiresAt: string;
  plan: Plan;
  approver: string | null;
  /** The transfer that answers it, too; null where none does. */
  quote: Quote | null;
}

/** Approvals outlive processes, so they are stored; the surfaces do not know where. */
export interface Consent {
  /**
   * The stored plan of a granted approval for exactly this command, these arguments and this account, or of the approval with the id
   * `approval`. null where there is none. Throws `APPROVAL_NOT_FOUND` or `APPROVAL_EXPIRED`.
   */
  take(context: ChangeContext, request: Consented & { approval: string | null; account: string | null }): Promise<Plan | null>;
  /** Stores the plan for a person to decide. Where the same call asked before and still waits, resolves with that earlier plan instead. */
  request(context: ChangeContext, request: Consented & { plan: Plan }): Promise<Asked>;
  /** Approves the stored plan after a person typed its phrase at this terminal, and resolves with it. */
  grant(context: ChangeContext, id: string, request: Consented): Promise<Plan>;
  /** Closes a request that the person at this terminal said no to. */
  deny(context: ChangeContext, id: string): Promise<void>;
  /** Voids an approval that was granted but whose plan can no longer be applied. */
  release(context: ChangeContext, id: string): Promise<void>;
}

/** A person at a terminal who may be asked. */
export interface Person extends Asker {
  /** Asks yes or no to the plan. */
  confirm(plan: AnyPlan): Promise<boolean>;
  /** Shows the plan and lets the person type the phrase, again after a slip; true where they typed it. */
  approve(plan: AnyPlan, phrase: string): Promise<boolean>;
}

/** The failure for a plan that waits for a person; it says how to go on. */
export const approvalNeeded = (plan: Plan, stored: Omit<Asked, 'plan'>): Failure =>
  new Failure('APPROVAL_NEEDED', `${reasonOf(plan)} A person must approve: ${plan.summary.replace(/\.$/, '')}.`.trim(), {
    checks: bySeverity(plan.failing),
    facts: {
      approval: stored.id,
      plan: shortId(plan.id),
      expiresAt: stored.expiresAt,
      cost: plan.cost,
      ...(stored.approver === null ? {} : { approver: stored.approver }),
      ...(stored.quote === null ? {} : { fundingCredits: stored.quote.credits }),
    },
    fix: howApproved(plan, stored),
  });

/** Why a person is asked: the gravest failing check, or nothing where the plan's summary says it already. */
const reasonOf = ({ action, failing }: Plan): string => {
  const [first] = bySeverity(failing);
  return first === undefined || planKinds[action].summaryTellsWhy ? '' : first.message;
};

const howApproved = (plan: Plan, { id, approver, quote }: Omit<Asked, 'plan'>): Fix => {
  if (quote !== null) return howFunded(quote, lacksCredits(plan.failing) ? null : wordOf(id, approver));
  return approver === null
    ? human('A person runs this at a terminal; then repeat the same command.', 'approve', id)
    : human('The approver signs it (--signature); then repeat the same command.', 'approve', id, { show: true });
};

const wordOf = (id: string, approver: string | null): string =>
  approver === null
    ? `A person runs "${commandLine('approve', id)}" at a terminal`
    : `The approver signs it (${commandLine('approve', id, { show: true })})`;

/** Whoever has the money is told how to answer with it. `word`: what approves as well; null where credits are lacking, which no word mends. */
const howFunded = ({ funder, to, credits }: Quote, word: string | null): Fix => {
  const sends = `${funder} sends exactly ${credits} credits`;
  const answer = word === null ? `${sends}, which approve it, too` : `${word}, or ${sends}`;
  return human(`${answer}; then repeat the same command.`, 'credits allow', to, usd(BigInt(credits)));
};
