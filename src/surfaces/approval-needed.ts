import { Failure, type Fix } from '../domain/failure/failure.ts';
import { bySeverity } from '../domain/failure/severity.ts';
import { lacksCredits } from '../domain/judge/lacks-credits.ts';
import type { Quote } from '../domain/ledger/effect-facts.ts';
import { usd } from '../domain/money/money.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { planKinds } from '../domain/plan/plan-kinds.ts';
import { commandLine } from '../domain/suggest/command-line.ts';
import { human } from '../domain/suggest/fix.ts';
import { shortId } from '../domain/text/short-id.ts';
import type { Asked } from './consent.ts';

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
