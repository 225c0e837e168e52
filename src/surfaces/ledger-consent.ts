import { planDigest } from '../domain/approval/approval-message.ts';
import { Failure } from '../domain/failure/failure.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { planKinds } from '../domain/plan/plan-kinds.ts';
import { readPlan, unreadablePlan } from '../domain/plan/read-plan.ts';
import { restated } from '../domain/plan/restated.ts';
import { formatInstant } from '../domain/text/instant.ts';
import { grantApproval, grantedPlan, requestApproval, voidApproval } from '../lifecycle/approvals/approvals.ts';
import { grantFunded } from '../lifecycle/approvals/grant-funded.ts';
import { signerNeeded } from '../lifecycle/approvals/signer-needed.ts';
import { momentOf } from '../lifecycle/funding/moment.ts';
import { openQuote } from '../lifecycle/funding/open-quote.ts';
import { prepareSignatures } from '../lifecycle/policy/policy-history.ts';
import type { Consent } from './consent.ts';

/** Keeps approvals in the ledger, so that repeating a command finds what a person decided meanwhile. */
export const ledgerConsent: Consent = {
  async take(context, { command, argumentsDigest, approval, account }) {
    await grantFunded(context, { argumentsDigest, id: approval, account });
    const plan = await grantedPlan(context, argumentsDigest, approval, account);
    return plan === null ? null : takenBy(command, plan);
  },
  async request(context, { plan, argumentsDigest }) {
    const row = await requestApproval(context, plan, argumentsDigest);
    await prepareSignatures(context);
    const ledger = await context.ledger();
    const approver = signerNeeded(ledger, row, context);
    const stored = readPlan(row);
    // A plan that an earlier call stored may have been altered since.
    const shown = planDigest(stored) === planDigest(plan) ? stored : restated(stored);
    return {
      id: row.id,
      expiresAt: formatInstant(row.expiresAt),
      plan: shown,
      approver,
      quote: openQuote(ledger, row, momentOf(ledger, row, { context, now: context.clock.now() }))?.quote ?? null,
    };
  },
  async grant(context, id, { command, argumentsDigest }) {
    await grantApproval(context, id, 'terminal');
    const plan = await grantedPlan(context, argumentsDigest, id);
    if (plan === null) throw new Failure('APPROVAL_EXPIRED', `Approval ${id} was decided by somebody else meanwhile.`);
    return takenBy(command, plan);
  },
  release: voidApproval,
};

/**
 * Checks that the approved plan's kind belongs to this command, whatever arguments its row claims. Throws `LEDGER_UNREADABLE` otherwise.
 */
const takenBy = (command: string, plan: Plan): Plan => {
  if (planKinds[plan.action].takenBy === command) return plan;
  throw unreadablePlan({ id: plan.approval ?? '' }, `"${plan.action}" is nothing that "${command}" takes`);
};
