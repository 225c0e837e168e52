import { Failure } from '../domain/failure/failure.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { formatInstant } from '../domain/text/instant.ts';
import { grantApproval, grantedPlan, requestApproval, voidApproval } from '../lifecycle/approvals/approvals.ts';
import { signerNeeded } from '../lifecycle/approvals/signer-needed.ts';
import type { Consent } from './consent.ts';

/** Approvals kept in the ledger, so that the same command finds what a person decided meanwhile. */
export const ledgerConsent: Consent = {
  take: (context, { argumentsDigest, approval, account }) => grantedPlan(context, argumentsDigest, approval, account),
  async request(context, { plan, argumentsDigest }) {
    const row = await requestApproval(context, plan, argumentsDigest);
    const approver = signerNeeded(await context.ledger(), row, context);
    return { id: row.id, expiresAt: formatInstant(row.expiresAt), plan: row.plan as Plan, approver };
  },
  async grant(context, id, { argumentsDigest }) {
    await grantApproval(context, id, 'terminal');
    const plan = await grantedPlan(context, argumentsDigest, id);
    if (plan === null) throw new Failure('APPROVAL_EXPIRED', `Approval ${id} was decided by somebody else meanwhile.`);
    return plan;
  },
  release: voidApproval,
};
