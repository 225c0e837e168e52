import { Failure } from '../domain/failure.ts';
import { approvalId } from '../domain/ids.ts';
import { formatInstant } from '../domain/instant.ts';
import type { ApprovalRecord } from '../domain/ledger-records.ts';
import type { Plan } from '../domain/plan.ts';
import type { ChangeContext, ReadContext } from '../ports/context.ts';
import type { LedgerTransaction } from '../ports/ledger.ts';

const validForMs = 24 * 3600_000;

/** Stores a plan that needs a person, and gives the approval that names it: the pending one where the same call asked before. */
export const requestApproval = async (context: ChangeContext, plan: Plan, argumentsDigest: string): Promise<ApprovalRecord> => {
  const account = String(plan.terms['account'] ?? '');
  const ledger = await context.ledger();
  const now = context.clock.now();
  return ledger.write('approval.request', (transaction) => {
    const pending = transaction
      .approvals({ state: 'pending', network: context.network, account })
      .find((row) => row.argumentsDigest === argumentsDigest && row.expiresAt > now);
    if (pending !== undefined) return pending;
    const row: ApprovalRecord = {
      id: approvalId(context.random.bytes(5)),
      network: context.network,
      account,
      planId: plan.id,
      plan,
      argumentsDigest,
      state: 'pending',
      requestedAt: now,
      decidedAt: null,
      decidedBy: null,
      expiresAt: now + validForMs,
      usedBy: null,
    };
    transaction.insertApproval(row);
    recordApproval(context, transaction, 'approval.request', row, 'pending');
    return row;
  });
};

/** A person at a terminal typed the amount: the approval is granted. `APPROVAL_EXPIRED` when it was decided or is too old. */
export const grantApproval = async (context: ChangeContext, id: string, decidedBy: string): Promise<ApprovalRecord> => {
  const ledger = await context.ledger();
  return ledger.write('approval.grant', (transaction) => {
    const row = openApproval(transaction, id, { network: context.network, now: context.clock.now() });
    const granted: ApprovalRecord = { ...row, state: 'granted', decidedAt: context.clock.now(), decidedBy };
    transaction.updateApproval(id, granted);
    recordApproval(context, transaction, 'approval.grant', granted, decidedBy);
    return granted;
  });
};

/**
 * The stored plan of a granted approval for these very arguments, of this account unless it is named by its id: the same command
 * takes it, not a new one. What was granted for one account or network is nothing on another.
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
      ? ledger
          .approvals({ state: 'granted', network: context.network, ...(account === null ? {} : { account }) })
          .find((granted) => granted.argumentsDigest === argumentsDigest && granted.expiresAt > now)
      : requireGranted(here(ledger.approval(id), context.network), id, argumentsDigest, now);
  return row === undefined ? null : { ...(row.plan as Plan), approval: row.id };
};

/** Networks tell the time differently, too: an approval counts by the clock of its own. */
const here = (row: ApprovalRecord | null, network: string): ApprovalRecord | null => (row?.network === network ? row : null);

const requireGranted = (row: ApprovalRecord | null, id: string, argumentsDigest: string, now: number): ApprovalRecord | undefined => {
  if (row === null) throw new Failure('APPROVAL_NOT_FOUND', `There is no approval ${id}.`);
  if (row.argumentsDigest !== argumentsDigest) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} was given for another call than this one.`, { facts: { approval: id } });
  }
  if (row.state === 'pending') return undefined;
  if (row.state !== 'granted' || row.expiresAt <= now) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} is ${row.state === 'granted' ? 'expired' : row.state}.`, {
      facts: { approval: id },
    });
  }
  return row;
};

/** Uses an approval up, in the transaction that takes the hold. */
export const consumeApproval = (context: ChangeContext, transaction: LedgerTransaction, plan: Plan, operation: string): void => {
  if (plan.approval === null) return;
  const row = here(transaction.approval(plan.approval), context.network);
  if (row === null || row.state !== 'granted' || row.planId !== plan.id || row.expiresAt <= context.clock.now()) {
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
    if (row?.state !== 'granted') return;
    const voided: ApprovalRecord = { ...row, state: 'void' };
    transaction.updateApproval(id, voided);
    recordApproval(context, transaction, 'approval.use', voided, 'void');
  });
};

/** What persons allowed, or were asked, on other grounds than those that hold now. How many there were. */
export const voidApprovals = (
  context: Pick<ChangeContext, 'clock' | 'caller'>,
  transaction: LedgerTransaction,
  scope: { account: string; network: string },
): number => {
  const open = [...transaction.approvals({ ...scope, state: 'pending' }), ...transaction.approvals({ ...scope, state: 'granted' })];
  for (const row of open) {
    const voided: ApprovalRecord = { ...row, state: 'void' };
    transaction.updateApproval(row.id, voided);
    recordApproval(context, transaction, 'approval.use', voided, 'void');
  }
  return open.length;
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

const recordApproval = (
  context: Pick<ChangeContext, 'clock' | 'caller'>,
  transaction: LedgerTransaction,
  point: 'approval.request' | 'approval.grant' | 'approval.use',
  row: ApprovalRecord,
  outcome: string,
): void =>
  transaction.recordEffect({
    at: context.clock.now(),
    point,
    network: row.network,
    account: row.account,
    task: context.caller.task,
    operation: row.usedBy,
    vm: null,
    outcome,
    credits: null,
    latencyMs: null,
    facts: { approval: row.id, plan: row.planId },
  });
