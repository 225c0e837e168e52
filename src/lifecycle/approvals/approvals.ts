import { planDigest } from '../../domain/approval/approval-message.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { envelopeLeft } from '../../domain/plan/envelope.ts';
import { isAboutTheSame } from '../../domain/plan/is-about-the-same.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { signedAs } from '../../domain/plan/plan-kinds.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import { approvalId } from '../../domain/text/ids.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerReader, LedgerTransaction, NewApproval } from '../../ports/ledger.ts';
import { approverOf } from '../policy/policy-in-force.ts';
import { isSigned } from '../policy/signed-approval.ts';
import { envelopeOf } from './envelopes.ts';
import { recordApproval } from './record-approval.ts';
import { signerNeeded } from './signer-needed.ts';

const validForMs = 24 * 3600_000;
const purposeLength = 500;

/** An envelope lasts for as long as it says, everything else waits for a day. */
const lastingMs = (plan: Plan): number => {
  const signed = signedAs(plan);
  return signed.kind === 'envelope' ? signed.envelope.forSeconds * 1000 : validForMs;
};

/** Stores a plan that needs a person, and gives the approval that names it: the pending one where the same call asked before, and what it is about stands still. */
export const requestApproval = async (context: ChangeContext, plan: Plan, argumentsDigest: string): Promise<ApprovalRecord> => {
  const account = String(plan.terms['account'] ?? '');
  const { network } = context;
  const ledger = await context.ledger();
  const now = context.clock.now();
  return ledger.write('approval.request', (transaction) => {
    const pending = transaction
      .approvals({ state: 'pending', network, account })
      .find((row) => row.argumentsDigest === argumentsDigest && row.expiresAt > now);
    if (pending !== undefined && isAboutTheSame(readPlan(pending), plan)) return pending;
    if (pending !== undefined) {
      const voided: ApprovalRecord = { ...pending, state: 'void' };
      transaction.updateApproval(pending.id, voided);
      recordApproval(context, transaction, 'approval.request', voided, 'overtaken');
    }
    if (!context.caller.person) requireUndenied(transaction.approvals({ state: 'denied', network, account }), argumentsDigest, now);
    const row: NewApproval = {
      id: approvalId(context.random.bytes(5)),
      network,
      account,
      planId: plan.id,
      plan,
      argumentsDigest,
      state: 'pending',
      requestedAt: now,
      decidedAt: null,
      decidedBy: null,
      expiresAt: now + lastingMs(plan),
      usedBy: null,
      payer: String(plan.terms['payer'] ?? account),
      policyVersion: transaction.policy({ account, network })?.version ?? 0,
      nonce: `0x${Buffer.from(context.random.bytes(32)).toString('hex')}`,
      purpose: context.caller.purpose === null ? null : cleanUntrustedLine(context.caller.purpose).slice(0, purposeLength),
      signature: null,
    };
    transaction.insertApproval(row);
    recordApproval(context, transaction, 'approval.request', row, 'pending');
    return row;
  });
};

/** An agent that was told no does not ask the same again for as long as that approval would have lasted. */
const requireUndenied = (denied: readonly ApprovalRecord[], argumentsDigest: string, now: number): void => {
  const row = denied.find((each) => each.argumentsDigest === argumentsDigest && each.expiresAt > now);
  if (row === undefined) return;
  throw new Failure('APPROVAL_EXPIRED', `This was denied (${row.id}); it may be asked again after ${formatInstant(row.expiresAt)}.`, {
    fix: human('A person said no: do not ask the same again, ask what would be right.'),
    facts: { approval: row.id },
  });
};

/** A person at a terminal typed the amount. `APPROVAL_EXPIRED` when it was decided or is too old, `POLICY_REFUSED` where an approver decides. */
export const grantApproval = async (context: ChangeContext, id: string, decidedBy: 'terminal'): Promise<ApprovalRecord> => {
  const ledger = await context.ledger();
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

/** What is typed counts for nothing where the policy names an approver. */
export const forApprover = ({ id }: Pick<ApprovalRecord, 'id'>, approver: string): Failure =>
  new Failure(
    'POLICY_REFUSED',
    `Approval ${id} is decided by the signature of the approver ${approver}; what is typed here counts for nothing.`,
    {
      fix: human('The approver signs what this prints, then --signature.', 'approve', id, { show: true }),
      facts: { approval: id, approver },
    },
  );

/**
 * The stored plan of a granted approval for these very arguments, of this account unless it is named by its id: the same command
 * takes it, not a new one. What was granted for one account or network is nothing on another, and nothing without the approver's signature.
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
      ? await firstSigned(
          context,
          ledger
            .approvals({ state: 'granted', network: context.network, ...(account === null ? {} : { account }) })
            .filter((granted) => granted.argumentsDigest === argumentsDigest && granted.expiresAt > now && !isUsedUp(ledger, granted)),
        )
      : await firstSigned(context, requireGranted(here(ledger.approval(id), context.network), id, argumentsDigest, now));
  return row === undefined ? null : { ...readPlan(row), approval: row.id };
};

/** An envelope with nothing left in it: the same call asks for another. */
const isUsedUp = (ledger: LedgerReader, row: ApprovalRecord): boolean => {
  const envelope = envelopeOf(row);
  if (envelope === null) return false;
  const left = envelopeLeft(envelope, ledger.takes(row.id));
  return left.vms < 1 || left.credits <= 0n;
};

/** The first that counts. A row that somebody set to `granted` is as good as none. */
const firstSigned = async (context: ReadContext, rows: readonly ApprovalRecord[]): Promise<ApprovalRecord | undefined> => {
  const ledger = await context.ledger();
  for (const row of rows) {
    const approver = approverOf(ledger, row, context);
    if (approver !== null) await context.signatures.prepare();
    if (isSigned(row, approver, context)) return row;
  }
  return undefined;
};

/** Networks tell the time differently, too: an approval counts by the clock of its own. */
const here = (row: ApprovalRecord | null, network: string): ApprovalRecord | null => (row?.network === network ? row : null);

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

/** By the trail, from which nothing can be taken out unseen: rows and nonces can. */
const wasUsed = (transaction: LedgerTransaction, scope: { account: string; network: string }, id: string): boolean =>
  transaction.effects({ ...scope, point: 'approval.use' }).some((effect) => factsOf('approval.use', effect).approval === id);

/**
 * Uses an approval up, in the transaction that takes the hold: once ever, for exactly the plan that was shown, and with an approver
 * only under its signature.
 */
export const consumeApproval = (
  context: ChangeContext,
  transaction: LedgerTransaction,
  plan: Plan,
  { id: operation, account }: { id: string; account: string },
): void => {
  if (plan.approval === null) return;
  const now = context.clock.now();
  const row = here(transaction.approval(plan.approval), context.network);
  // Who decides follows from the account that acts, never from the row: that could be edited to name one without an approver.
  const scope = { account, network: context.network };
  const covers =
    row?.state === 'granted' && row.account === account && row.planId === plan.id && planDigest(readPlan(row)) === planDigest(plan);
  const counts = covers && row.expiresAt > now && isSigned(row, approverOf(transaction, scope, context), context);
  const unused = counts && !wasUsed(transaction, scope, row.id);
  const fresh = unused && (row.nonce === '' || transaction.useNonce(row.nonce, row.id, now));
  if (!fresh) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${plan.approval} no longer covers this plan.`, { facts: { approval: plan.approval } });
  }
  const used: ApprovalRecord = { ...row, state: 'used', usedBy: operation };
  transaction.updateApproval(row.id, used);
  recordApproval(context, transaction, 'approval.use', used, 'used');
};

/** What a person agreed to is no more: the same call then makes, and asks for, a new plan. */
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

/** The approval while it can still be decided. */
export const openApproval = (
  ledger: Pick<LedgerTransaction, 'approval'>,
  id: string,
  { network, now }: { network: string; now: number },
): ApprovalRecord => {
  const row = here(ledger.approval(id), network);
  if (row === null) throw new Failure('APPROVAL_NOT_FOUND', `There is no approval ${id}.`, { facts: { approval: id } });
  if (row.state !== 'pending' || row.expiresAt <= now) {
    const word = row.state === 'pending' ? `expired at ${formatInstant(row.expiresAt)}` : `${row.state} already`;
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} is ${word}.`, { facts: { approval: id } });
  }
  return row;
};
