import { approvalMessage, planDigest } from '../../domain/approval/approval-message.ts';
import type { TypedData } from '../../domain/approval/typed-data.ts';
import { dearerRate } from '../../domain/burn/extension.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { makeFreePlan } from '../../domain/plan/make-plan.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import { mostUsdOf } from '../../domain/plan/plan-kinds.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import { restated } from '../../domain/plan/restated.ts';
import { human } from '../../domain/suggest/fix.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import type { ReadContext } from '../../ports/context.ts';
import { payerIn } from '../account/account-rows.ts';
import { readFigures } from '../account/read-figures.ts';
import { approverKey } from '../approvals/approver-key.ts';
import { extensionAsStated } from '../approvals/extension-as-stated.ts';
import { stillWaits } from '../approvals/is-about-gone.ts';
import { forApprover, openApproval } from '../approvals/open-approval.ts';
import { signerNeeded } from '../approvals/signer-needed.ts';
import { destroyNotes } from '../end/destroy-notes.ts';
import { requirePrice } from '../extend/require-price.ts';
import { prepareSignatures } from '../policy/policy-history.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireAtMost } from './require-at-most.ts';

/**
 * How an approval is given: `show` only prints it, `signature` takes one that was brought, `key` signs with a key of this home, `typed`
 * takes a person's typing, `request` signs what another home asks for.
 */
export type ApproveSubject =
  /** `digest`: of the plan as it was shown; another plan is not signed. */
  | { how: 'show' | 'signature' | 'key' | 'typed'; id: string; action: string; signer: string | null; digest: string }
  | { how: 'request'; approval: string; data: TypedData };

export interface ApproveWish {
  id?: string | undefined;
  show: boolean;
  signature?: string | undefined;
  /** The most that it may cost, USD; absent: whatever the plan says. */
  expectMost?: string | undefined;
}

/**
 * Plans how one approval is given. `POLICY_REFUSED` where this caller cannot give it; `APPROVAL_NOT_FOUND`, `APPROVAL_EXPIRED`,
 * `AMBIGUOUS_ID`.
 */
export const planApprove = async (context: ReadContext, wish: ApproveWish): Promise<FreePlan<ApproveSubject>> => {
  const ledger = await context.ledger();
  await prepareSignatures(context);
  const now = context.clock.now();
  const row =
    wish.id === undefined
      ? onlyOne(ledger.approvals({ state: 'pending', network: context.network }).filter((row) => stillWaits(ledger, row, now)))
      : openApproval(ledger, wish.id, { network: context.network, now });
  const stored = readPlan(row);
  const wanted = restated(stored.action === 'vm extend' ? await extensionNow(context, stored) : stored);
  requireAtMost(mostUsdOf(stored), wish.expectMost);
  const signer = signerNeeded(ledger, row, context);
  const how = howTo(context, row, wish, signer);
  const asks = context.caller.person && (how === 'typed' || how === 'key');
  return approvePlan(context, {
    subject: { how, id: row.id, action: wanted.action, signer, digest: planDigest(stored) },
    terms: { account: row.account, payer: row.payer, approval: row.id, plan: row.planId, how },
    checks: wanted.checks,
    ...(stored.action === 'vm destroy' ? { notes: destroyNotes(ledger, stored.subject.ids, now) } : {}),
    cost: wanted.cost,
    summary: how === 'typed' || how === 'key' ? summaryOf(row) : stored.summary,
    ...purposeOf(row.purpose ?? ''),
    // A person always types a phrase to approve, even where the approved plan itself asks for none.
    consentPhrase: asks ? (wanted.consentPhrase ?? 'approve') : null,
  });
};

/** Returns the stored extension as the network's figures give it now. `PLAN_MOVED`, `PRICE_MOVED`, `BALANCE_UNREADABLE`. */
const extensionNow = async (context: ReadContext, plan: Plan<'vm extend'>): Promise<Plan<'vm extend'>> => {
  const ledger = await context.ledger();
  const { account, vm: id } = plan.subject;
  const vm = ledger.vm(id);
  const { authorisedAt } = await readPolicy(context, account);
  const payer = vm === null ? account : payerIn(ledger, vm);
  const figures = await readFigures(context, { account, payer }, authorisedAt);
  if (vm !== null) requirePrice(plan.subject, dearerRate(vm, figures.burn));
  return extensionAsStated(ledger, plan, figures);
};

/** The plan of an approval, however it is given. */
export const approvePlan = (
  context: ReadContext,
  parts: Pick<
    FreePlan<ApproveSubject>,
    'subject' | 'terms' | 'checks' | 'cost' | 'notes' | 'summary' | 'untrustedPurpose' | 'consentPhrase'
  >,
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

/** Summarises the object that will be signed, so that the approver reads what will be applied. */
const summaryOf = (row: ApprovalRecord): string => {
  const { what, limits } = row.nonce === '' ? {} : approvalMessage(row).message;
  return what ?? (limits === undefined ? readPlan(row).summary : `Seal the policy: ${limits}`);
};

/** The agent's stated purpose, on one line and beside our words, never among them: it could read like a figure. */
export const purposeOf = (purpose: string, length = 120): { untrustedPurpose?: string } => {
  const untrustedPurpose = cleanUntrustedLine(purpose).slice(0, length);
  return untrustedPurpose === '' ? {} : { untrustedPurpose };
};

const onlyOne = (waiting: readonly ApprovalRecord[]): ApprovalRecord => {
  if (waiting.length === 1) return waiting[0]!;
  if (waiting.length === 0) throw new Failure('APPROVAL_NOT_FOUND', 'Nothing waits for approval.');
  throw new Failure('AMBIGUOUS_ID', `${waiting.length} plans wait for approval; name one.`, {
    facts: { approvals: waiting.map(({ id }) => id) },
  });
};
