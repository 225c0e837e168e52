import { formatInstant } from '../domain/instant.ts';
import { grantApproval, grantedPlan, requestApproval } from '../lifecycle/approvals.ts';
import type { Consent } from './consent.ts';

/** Approvals kept in the ledger, so that the same command finds what a person decided meanwhile. */
export const ledgerConsent: Consent = {
  take: (context, { argumentsDigest, approval }) => grantedPlan(context, argumentsDigest, approval),
  async request(context, { plan, argumentsDigest }) {
    const row = await requestApproval(context, plan, argumentsDigest);
    return { id: row.id, expiresAt: formatInstant(row.expiresAt) };
  },
  async grant(context, { plan, argumentsDigest }) {
    const { id } = await requestApproval(context, plan, argumentsDigest);
    const row = await grantApproval(context, id, 'terminal');
    return { ...(row.plan as typeof plan), approval: id };
  },
};
