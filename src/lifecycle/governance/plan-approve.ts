import { approvalMessage } from '../../domain/approval/approval-message.ts';
import type { TypedData } from '../../domain/approval/typed-data.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { makeFreePlan } from '../../domain/plan/make-plan.ts';
import type { FreePlan } from '../../domain/plan/plan.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import type { ReadContext } from '../../ports/context.ts';
import { forApprover, openApproval } from '../approvals/approvals.ts';
import { approverKey } from '../approvals/approver-key.ts';
import { signerNeeded } from '../approvals/signer-needed.ts';

/** By what an approval is given: nothing but a look, a signature that was brought, a key of this home, a person's typing, or a request from elsewhere. */
export type ApproveSubject =
  | { how: 'show' | 'signature' | 'key' | 'typed'; id: string; action: string; signer: string | null }
  | { how: 'request'; approval: string; data: TypedData };

export interface ApproveWish {
  id?: string | undefined;
  show: boolean;
  signature?: string | undefined;
}

/** What giving one approval does. `POLICY_REFUSED` where whoever calls cannot give it. */
export const planApprove = async (context: ReadContext, wish: ApproveWish): Promise<FreePlan<ApproveSubject>> => {
  const ledger = await context.ledger();
  const now = context.clock.now();
  const row =
    wish.id === undefined
      ? onlyOne(ledger.approvals({ state: 'pending', network: context.network }).filter(({ expiresAt }) => expiresAt > now))
      : openApproval(ledger, wish.id, { network: context.network, now });
  const wanted = readPlan(row);
  const signer = signerNeeded(ledger, row, context);
  const how = howTo(context, row, wish, signer);
  const asks = context.caller.person && (how === 'typed' || how === 'key');
  return approvePlan(context, {
    subject: { how, id: row.id, action: wanted.action, signer },
    terms: { account: row.account, approval: row.id, plan: row.planId, how },
    checks: wanted.checks,
    cost: wanted.cost,
    summary: how === 'typed' || how === 'key' ? withPurpose(summaryOf(row), row.purpose ?? '') : wanted.summary,
    // What a person approves is typed, whatever the plan asked for.
    consentPhrase: asks ? (wanted.consentPhrase ?? 'approve') : null,
  });
};

/** A request that was carried here from where the agent is: it is signed, and nothing of this home's ledger is touched. */
export const planRequest = (context: ReadContext, approval: string, data: TypedData): FreePlan<ApproveSubject> => {
  const { agentSays = '', ...figures } = data.message;
  const lines = Object.entries(figures).map(([name, value]) => `  ${name}: ${cleanUntrustedLine(value)}`);
  const most = data.message['mostUsd'];
  return approvePlan(context, {
    subject: { how: 'request', approval, data },
    terms: { approval, message: data.message },
    checks: [],
    cost: null,
    summary: withPurpose(`Sign ${data.primaryType}\n${lines.join('\n')}`, agentSays),
    consentPhrase: context.caller.person ? (most === undefined || most === '0' ? 'approve' : most) : null,
  });
};

const approvePlan = (
  context: ReadContext,
  parts: Pick<FreePlan<ApproveSubject>, 'subject' | 'terms' | 'checks' | 'cost' | 'summary' | 'consentPhrase'>,
): FreePlan<ApproveSubject> => {
  const terms = { network: context.network, action: 'approve', ...parts.terms };
  return makeFreePlan(context.clock.now(), {
    ...parts,
    action: 'approve',
    terms,
  });
};

const howTo = (
  context: ReadContext,
  row: ApprovalRecord,
  { show, signature }: ApproveWish,
  signer: string | null,
): 'show' | 'signature' | 'key' | 'typed' => {
  if (show) return 'show';
  if (signature !== undefined) return 'signature';
  if (signer !== null && approverKey(context, signer) !== null) return 'key';
  if (signer !== null) throw forApprover(row, signer);
  if (context.caller.person) return 'typed';
  throw new Failure('POLICY_REFUSED', `Approval ${row.id} is for a person: an agent cannot give it to itself.`, {
    fix: human('A person runs this at a terminal and types the amount.', 'approve', row.id),
    facts: { approval: row.id },
  });
};

/** From what will be applied, as whoever signs sees it. */
const summaryOf = (row: ApprovalRecord): string => {
  const { what, limits } = row.nonce === '' ? {} : approvalMessage(row).message;
  return what ?? (limits === undefined ? readPlan(row).summary : `Seal the policy: ${limits}`);
};

/** Last, on one line, and marked as not ours. */
const withPurpose = (summary: string, purpose: string): string => {
  const said = cleanUntrustedLine(purpose).slice(0, 120);
  return said === '' ? summary : `${summary}\nThe agent says: "${said}"`;
};

const onlyOne = (waiting: readonly ApprovalRecord[]): ApprovalRecord => {
  if (waiting.length === 1) return waiting[0]!;
  if (waiting.length === 0) throw new Failure('APPROVAL_NOT_FOUND', 'Nothing waits for approval.');
  throw new Failure('AMBIGUOUS_ID', `${waiting.length} plans wait for approval; name one.`, {
    facts: { approvals: waiting.map(({ id }) => id) },
  });
};
