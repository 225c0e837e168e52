import { planDigest } from '../../domain/approval/approval-message.ts';
import { approvalSeconds } from '../../domain/approval/approval-seconds.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { envelopeLeft } from '../../domain/plan/envelope.ts';
import { isAboutTheSame } from '../../domain/plan/is-about-the-same.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { signedAs } from '../../domain/plan/plan-kinds.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import { storedPlan } from '../../domain/plan/stored-plan.ts';
import { approvalId } from '../../domain/text/ids.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerReader, LedgerTransaction, NewApproval } from '../../ports/ledger.ts';
import { ownOf } from '../caller/callers-rows.ts';
import { isStillShown, transferOf } from '../funding/find-funding.ts';
import { momentOf } from '../funding/moment.ts';
import { openQuote } from '../funding/open-quote.ts';
import { funderFor, isQuotedFor, quoteFor } from '../funding/quotes.ts';
import { endsOf } from '../funding/read-requests.ts';
import { prepareSignatures } from '../policy/policy-history.ts';
import { envelopeOf } from './envelopes.ts';
import { isGiven } from './is-given.ts';
import { requireNetworkId, requireRoomToAsk, requireUndenied } from './may-ask.ts';
import { ofCaller } from './of-network.ts';
import { forApprover, openApproval } from './open-approval.ts';
import { recordApproval } from './record-approval.ts';
import { requireUnanswered } from './require-unanswered.ts';
import { signerNeeded } from './signer-needed.ts';
import { wasSpent } from './use-of.ts';

const validForMs = approvalSeconds * 1000;
const purposeLength = 500;

/** Returns how long an approval lasts, ms: an envelope as long as it says, everything else a day. */
const lastingMs = (plan: Plan): number => {
  const signed = signedAs(plan);
  return signed.kind === 'envelope' ? signed.envelope.forSeconds * 1000 : validForMs;
};

/**
 * Stores a plan that needs a person and returns its pending approval. The same call gets the approval that it got before, as long as the
 * plan is still about the same; otherwise that one is voided, once hosts tell that nobody has paid for it. `APPROVAL_EXPIRED` for an agent that
 * asks again what was denied.
 */
export const requestApproval = async (context: ChangeContext, plan: Plan, argumentsDigest: string): Promise<ApprovalRecord> => {
  const account = String(plan.terms['account'] ?? '');
  const { network } = context;
  const ledger = await context.ledger();
  const now = context.clock.now();
  const networkId = requireNetworkId(context);
  await prepareSignatures(context);
  const payer = String(plan.terms['payer'] ?? account);
  const askedBefore = (rows: LedgerReader) => {
    const pending = rows
      .approvals({ state: 'pending', network, account, ...ownOf(context) })
      .find((row) => row.argumentsDigest === argumentsDigest && row.networkId === networkId && row.expiresAt > now);
    const funder = funderFor(rows, { account, network, payer }, plan, context);
    const stays = pending !== undefined && isAboutTheSame(readPlan(pending), plan) && isQuotedFor(rows, pending, { funder, now }, plan);
    return { pending, funder, stays };
  };
  const before = askedBefore(ledger);
  if (before.pending !== undefined && !before.stays) await requireUnanswered(context, before.pending);
  return ledger.write('approval.request', (transaction) => {
    const { pending, funder, stays } = askedBefore(transaction);
    if (pending !== undefined && stays) return pending;
    if (pending !== undefined) {
      const voided: ApprovalRecord = { ...pending, state: 'void' };
      transaction.updateApproval(pending.id, voided);
      recordApproval(context, transaction, 'approval.request', voided, 'overtaken');
    }
    if (!context.caller.person)
      requireUndenied(transaction.approvals({ state: 'denied', network, account, ...ownOf(context) }), argumentsDigest, now);
    requireRoomToAsk(context, transaction, { account, now });
    const row: NewApproval = {
      id: approvalId(context.random.bytes(5)),
      network,
      account,
      agent: context.caller.agent,
      planId: plan.id,
      plan: storedPlan(plan),
      argumentsDigest,
      state: 'pending',
      requestedAt: now,
      decidedAt: null,
      decidedBy: null,
      expiresAt: now + lastingMs(plan),
      usedBy: null,
      payer,
      policyVersion: transaction.policy({ account })?.version ?? 0,
      nonce: `0x${Buffer.from(context.random.bytes(32)).toString('hex')}`,
      purpose: context.caller.purpose === null ? null : cleanUntrustedLine(context.caller.purpose).slice(0, purposeLength),
      signature: null,
      networkId,
    };
    transaction.insertApproval(row);
    const quote = funder === null ? null : quoteFor(context, transaction, row, funder);
    recordApproval(context, transaction, 'approval.request', row, 'pending', quote === null ? null : { quote });
    return row;
  });
};

/**
 * Grants an approval after a person at a terminal typed the amount. `APPROVAL_EXPIRED` when it was decided already or is too old,
 * `POLICY_REFUSED` where an approver decides.
 */
export const grantApproval = async (context: ChangeContext, id: string, decidedBy: 'terminal'): Promise<ApprovalRecord> => {
  const ledger = await context.ledger();
  await prepareSignatures(context);
  return ledger.write('approval.grant', (transaction) => {
    const now = context.clock.now();
    const row = openApproval(transaction, id, { network: context.network, now });
    const approver = signerNeeded(transaction, row, context);
    if (approver !== null) throw forApprover(row, approver);
    const granted: ApprovalRecord = { ...row, state: 'granted', decidedAt: now, decidedBy };
    transaction.updateApproval(id, granted);
    recordApproval(context, transaction, 'approval.grant', granted, decidedBy);
    return granted;
  });
};

/**
 * Returns the stored plan of a granted approval for exactly these arguments, so that the repeated command applies that plan and no new one;
 * null where none counts. Without an `id` only approvals of `account` are looked at. What was granted for one account or network counts on
 * no other, nor without the approver's signature where there is an approver.
 */
export const grantedPlan = async (
  context: ReadContext,
  argumentsDigest: string,
  id: string | null,
  account: string | null = null,
): Promise<Plan | null> => {
  const ledger = await context.ledger();
  const now = context.clock.now();
  const row =
    id === null
      ? await firstGiven(
          context,
          ledger
            .approvals({ state: 'granted', network: context.network, ...ownOf(context), ...(account === null ? {} : { account }) })
            .filter((granted) => granted.argumentsDigest === argumentsDigest && granted.expiresAt > now && !isUsedUp(ledger, granted)),
        )
      : await firstGiven(context, requireGranted(asInTrail(ledger, ofCaller(ledger.approval(id), context)), id, argumentsDigest, now));
  return row === undefined ? null : { ...readPlan(row), approval: row.id };
};

/** Tells whether nothing is left in an envelope: the same call then asks for another one. */
const isUsedUp = (ledger: LedgerReader, row: ApprovalRecord): boolean => {
  const envelope = envelopeOf(row);
  if (envelope === null) return false;
  const left = envelopeLeft(envelope, ledger.takes(row.id));
  return left.vms < 1 || left.credits <= 0n;
};

/**
 * Returns the first row whose grant counts: a row that somebody set to `granted` by hand does not where an approver has to sign, and the
 * credits of a funder have come, as two CCN hosts show.
 */
const firstGiven = async (context: ReadContext, rows: readonly ApprovalRecord[]): Promise<ApprovalRecord | undefined> => {
  const ledger = await context.ledger();
  if (rows.length > 0) await prepareSignatures(context);
  for (const row of rows) {
    const moment = momentOf(ledger, row, { context, now: context.clock.now() });
    const transfer = transferOf(row);
    const found = transfer === null ? null : openQuote(ledger, row, moment);
    const shown = transfer === null || (found !== null && (await isStillShown(context, row, { transfer, found })));
    if (shown && isGiven(ledger, row, moment)) return row;
  }
  return undefined;
};

/** The row with the end that the audit trail tells of it, whatever state somebody has set it to. */
const asInTrail = (ledger: LedgerReader, row: ApprovalRecord | null): ApprovalRecord | null =>
  row === null ? null : { ...row, state: endsOf(ledger, row).get(row.id) ?? row.state };

const requireGranted = (row: ApprovalRecord | null, id: string, argumentsDigest: string, now: number): ApprovalRecord[] => {
  if (row === null) throw new Failure('APPROVAL_NOT_FOUND', `There is no approval ${id}.`);
  if (row.argumentsDigest !== argumentsDigest) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} was given for another call than this one.`, { facts: { approval: id } });
  }
  if (row.state === 'pending') return [];
  if (row.state !== 'granted' || row.expiresAt <= now) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} is ${row.state === 'granted' ? 'expired' : row.state}.`, {
      facts: { approval: id },
    });
  }
  return [row];
};

/**
 * Uses an approval up, in the transaction that takes the hold: once ever, for exactly the plan that was shown, and only under the
 * approver's signature where there is an approver. `APPROVAL_EXPIRED` where it does not cover the plan.
 */
export const consumeApproval = (
  context: ChangeContext,
  transaction: LedgerTransaction,
  plan: Plan,
  { id: operation, account }: { id: string; account: string },
): void => {
  if (plan.approval === null) return;
  const now = context.clock.now();
  const row = ofCaller(transaction.approval(plan.approval), context);
  // The approver is that of the account that acts, never of the row's account: somebody could edit the row to name an account without an
  // approver.
  const scope = { account, network: context.network };
  const covers =
    row?.state === 'granted' && row.account === account && row.planId === plan.id && planDigest(readPlan(row)) === planDigest(plan);
  const counts = covers && row.expiresAt > now && isGiven(transaction, row, momentOf(transaction, scope, { context, now }));
  const transfer = counts ? transferOf(row) : null;
  const unspent =
    counts && (transfer === null || (!wasSpent(transaction, context.network, transfer) && transaction.useNonce(transfer, row.id, now)));
  const fresh = unspent && (row.nonce === '' || transaction.useNonce(row.nonce, row.id, now));
  if (!fresh) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${plan.approval} no longer covers this plan.`, { facts: { approval: plan.approval } });
  }
  const used: ApprovalRecord = { ...row, state: 'used', usedBy: operation };
  transaction.updateApproval(row.id, used);
  recordApproval(context, transaction, 'approval.use', used, 'used', transfer === null ? null : { transfer });
};

/** Voids an approval whose plan no longer fits: the same call then makes a new plan and asks for it. */
export const voidApproval = async (context: ChangeContext, id: string | null): Promise<void> => {
  if (id === null) return;
  const ledger = await context.ledger();
  ledger.write('approval.use', (transaction) => {
    const row = transaction.approval(id);
    if (row?.state !== 'granted' && row?.state !== 'pending') return;
    const voided: ApprovalRecord = { ...row, state: 'void' };
    transaction.updateApproval(id, voided);
    recordApproval(context, transaction, 'approval.use', voided, 'void');
  });
};
