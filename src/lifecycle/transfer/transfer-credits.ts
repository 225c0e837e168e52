import { Failure } from '../../domain/failure/failure.ts';
import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { partiesOf, type Stored } from '../../domain/ledger/signed-text.ts';
import { usd } from '../../domain/money/money.ts';
import { giverOf } from '../../domain/plan/kinds/transfer.ts';
import { type OperationOf, transferOf } from '../../domain/plan/operation-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { allowanceOf } from '../account/allowance.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { newOperation } from '../operation/new-operation.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { refusal } from '../operation/refusal.ts';
import { sendWithinMs } from '../operation/send-within-ms.ts';
import { signerFor } from '../operation/signer-for.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { markHead } from '../trail/audit-head.ts';
import { policyChecks } from '../trail/policy-checks.ts';
import { requirePublic } from '../trail/require-public.ts';
import { givenCheck, whatStays } from './plan-transfer.ts';
import { recordPayment } from './record-payment.ts';

const publishLimitMs = 60_000;
const showsWithinMs = 60_000;

export interface Transferred {
  /** Item hash of the POST. */
  post: string;
  operation: string;
}

type TransferPlan = Plan<'credits allow' | 'credits return'>;

/**
 * Sends credits exactly once: the signed bytes are in the ledger before the network hears of them, and the same call, or gc, goes on with a
 * transfer whose process died. It has happened when two CCN hosts show the row in both accounts' histories; `processed` proves nothing.
 */
export const transferCredits = async (context: ChangeContext, plan: TransferPlan): Promise<Transferred> => {
  const { goOn } = plan.subject;
  return settleTransfer(context, goOn ?? (await begin(context, plan)).id);
};

const begin = async (context: ChangeContext, plan: TransferPlan): Promise<OperationRecord> => {
  const { account, to, credits, expiresAt } = plan.subject;
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const readAt = context.clock.now();
  const [signer, relied, stays] = await Promise.all([
    signerFor(context, account),
    plan.action === 'credits allow' ? policyChecks(context, account) : stillGiven(context, plan.subject),
    whatStays(context, account, BigInt(credits)),
    requireClock(context),
  ]);
  const failing = [...relied, ...stays.checks].filter(({ ok }) => !ok);
  if (failing.length > 0) throw refusal(failing, plan);
  const message = await cloud.signing.transfer({ to, credits: BigInt(credits), expiresAt, at: context.clock.now() }, signer);
  const { id, terms, subject, approval } = plan;
  const operation: OperationOf<'transfer'> = newOperation(
    context,
    'transfer',
    { id, terms, subject, message },
    { account, task: context.caller.task, requestId: null, argumentsDigest: subject.argumentsDigest, approval },
  );
  ledger.write('transfer.begin', (transaction) => {
    consumeApproval(context, transaction, plan, operation);
    insertTransfer(context, transaction, operation, readAt);
    markHead(context, transaction, { account, network: context.network });
  });
  return operation;
};

/** Stores a transfer that begins, judged by figures that were read at `readAt`. `PLAN_MOVED` where another one of the same credits is under way. */
export const insertTransfer = (
  context: ChangeContext,
  transaction: LedgerTransaction,
  operation: OperationOf<'transfer'>,
  readAt: number,
): void => {
  requireAlone(transaction, operation, readAt);
  transaction.insertOperation(operation);
  const { id, subject, message } = operation.plan;
  const { account, to, credits, expiresAt } = subject;
  const from = giverOf(subject);
  recordPayment(context, transaction, 'transfer.begin', operation, {
    outcome: 'begun',
    credits: BigInt(credits),
    facts: {
      plan: id,
      ...(from === account ? {} : { from }),
      to,
      message: message.id,
      ...(expiresAt === null ? {} : { expires: formatInstant(expiresAt) }),
    },
  });
};

/** Is what the plan returns still left of the allowance? */
const stillGiven = async (context: ChangeContext, { account, to, credits }: TransferPlan['subject']) => {
  const { giver, left } = await allowanceOf(context, account);
  return [givenCheck(giver, giver === to ? left : 0n, BigInt(credits))];
};

/** The figures that a transfer was judged by know nothing of another one that is under way, or ended since they were read. */
const requireAlone = (transaction: LedgerTransaction, operation: OperationOf<'transfer'>, readAt: number): void => {
  const { account, network } = operation;
  const giver = giverOf(operation.plan.subject);
  const other = transaction
    .operations({ account, network, kind: 'transfer' })
    .filter(({ state, endedAt }) => state === 'running' || (endedAt ?? 0) >= readAt)
    .find((each) => giverOf(transferOf(each).subject) === giver);
  if (other === undefined) return;
  throw new Failure('PLAN_MOVED', `Transfer ${other.id} of ${giver} is under way or has just ended. Nothing was sent.`, {
    fix: agent('Let gc bring it to its end, then make the call again.', 'gc', { execute: true }),
    facts: { operation: other.id },
  });
};

/** Brings a begun transfer to its end. Idempotent; any number of processes may do it at once. */
export const settleTransfer = async (context: ChangeContext, operation: string): Promise<Transferred> => {
  const ledger = await context.ledger();
  const row = ledger.operation(operation)!;
  const { message } = transferOf(row);
  if (row.state === 'succeeded') return { post: message.id, operation };
  const outcome = await send(context, row);
  if (outcome === 'lost') {
    await close(context, row, 'NETWORK_REJECTED');
    throw new Failure('NETWORK_REJECTED', `The network did not take the transfer; no credits moved.`, { sideEffects: 'none' });
  }
  if (!(await isShown(context, row))) throw unconfirmed(row);
  await close(context, row, null);
  return { post: message.id, operation: row.id };
};

/** Old bytes are not sent any more; an earlier call may have sent them, so the hosts are read all the same. */
const send = async (context: ChangeContext, operation: OperationRecord): Promise<'sent' | 'lost'> => {
  const cloud = await context.cloud();
  const { message } = transferOf(operation);
  if (context.clock.now() - message.signedAt < sendWithinMs) {
    if (!isTaken(message)) {
      requireOwnRoots(context, await readPolicy(context, operation.account));
      await requireRowPublic(context, operation);
    }
    const { status } = await context.effect('transfer.publish', () =>
      cloud.messages.publish(message, { timeoutMs: publishLimitMs, signal: context.signal, reach: cloud.hosts }),
    );
    return status === 'rejected' || status === 'invalid' ? 'lost' : 'sent';
  }
  const statuses = await cloud.messages.statusOf(message.id);
  const unknown = statuses.filter(({ status }) => status === 'unknown' || status === 'rejected').length;
  return unknown === statuses.length ? 'lost' : 'sent';
};

/**
 * Are these credits of another account, which lets this one take them? No copy of this home could spend them twice. The signed bytes say so, and
 * not the row, which somebody might have edited.
 */
const isTaken = (message: Stored): boolean => {
  const parties = partiesOf(message);
  return parties !== null && parties.owner !== parties.sender;
};

/** Of several copies of a home one at most sends what one approval, or one look at the balance, allows (product.md §1 rule 2). */
const requireRowPublic = async (context: ChangeContext, operation: OperationRecord): Promise<void> => {
  const [begun] = (await context.ledger()).effects({ operation: operation.id, point: 'transfer.begin' });
  await requirePublic(
    context,
    { account: operation.account, row: begun!.seq, deadline: deadlineOf(context) },
    { point: 'transfer.settled', release: (transaction, code) => closeIn(context, transaction, operation, code) },
  );
};

/** Do two CCN hosts (or the only one) show the credits gone from one account and come to the other? */
const isShown = async (context: ChangeContext, operation: OperationRecord): Promise<boolean> => {
  const { subject, message } = transferOf(operation);
  const { accounts, hosts } = await context.cloud();
  const needed = Math.min(2, hosts.length);
  const giveUpAt = context.clock.now() + showsWithinMs;
  const since = message.signedAt - 1000;
  const delays = pollDelays();
  const moved = (rows: readonly { post: string; credits: bigint }[] | null, credits: bigint): boolean =>
    rows?.some((row) => row.post === message.id && row.credits === credits) ?? false;
  for (;;) {
    const [left, came] = await Promise.all([accounts.transfers(giverOf(subject), since), accounts.transfers(subject.to, since)]);
    const credits = BigInt(subject.credits);
    const showing = left.filter(
      ({ host, rows }) => moved(rows, -credits) && moved(came.find((copy) => copy.host === host)?.rows ?? null, credits),
    );
    if (showing.length >= needed) return true;
    if (context.clock.now() >= giveUpAt) return false;
    await context.clock.wait(delays(), context.signal);
  }
};

const close = async (context: ChangeContext, operation: OperationRecord, failure: FailureCode | null): Promise<void> => {
  const ledger = await context.ledger();
  if (ledger.operation(operation.id)?.state !== 'running') return;
  ledger.write('transfer.settled', (transaction) => closeIn(context, transaction, operation, failure));
};

const closeIn = (context: ChangeContext, transaction: LedgerTransaction, operation: OperationRecord, failure: FailureCode | null): void => {
  if (transaction.operation(operation.id)?.state !== 'running') return;
  const state = failure === null ? 'succeeded' : 'failed';
  transaction.updateOperation(operation.id, { state, endedAt: context.clock.now(), failure });
  const { subject, message } = transferOf(operation);
  recordPayment(context, transaction, 'transfer.settled', operation, {
    outcome: state,
    credits: BigInt(subject.credits),
    facts: { message: message.id, ...(failure === null ? {} : { reason: failure }) },
  });
};

const unconfirmed = (operation: OperationRecord): Failure => {
  const { subject, message } = transferOf(operation);
  return new Failure(
    'TRANSFER_UNCONFIRMED',
    `${usd(BigInt(subject.credits))} USD were sent to ${subject.to}, and two CCN hosts do not show them moved yet.`,
    {
      sideEffects: 'unknown',
      fix: human('Make the same call again: it goes on with this transfer and sends no second one. Or let gc do it.', 'gc', {
        execute: true,
      }),
      facts: { operation: operation.id, message: message.id },
    },
  );
};
