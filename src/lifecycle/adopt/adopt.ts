import { Failure } from '../../domain/failure/failure.ts';
import { judgeAdoption } from '../../domain/judge/judge-adoption.ts';
import { expiryOfRecord, isClaimed } from '../../domain/ledger/adoption-record.ts';
import type { Facts } from '../../domain/ledger/effect-facts.ts';
import { otherPayer, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { AdoptSubject } from '../../domain/plan/kinds/adopt.ts';
import { adoptionOf, type OperationOf } from '../../domain/plan/operation-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import type { ListedVm, Publication, SignedMessage } from '../../ports/network/messages.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { readBack } from '../extend/publish-extension.ts';
import { adoptionUnderWay } from '../operation/adoption-under-way.ts';
import { closeOperation } from '../operation/end-operation.ts';
import { newOperation } from '../operation/new-operation.ts';
import { refusal } from '../operation/refusal.ts';
import { signerFor } from '../operation/signer-for.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { policyInForce, readPolicy } from '../policy/policy-in-force.ts';
import { longestTtl } from '../timers/expiry.ts';
import { auditVm } from '../trail/audit.ts';
import { withLease } from '../trail/lease.ts';
import { findStray } from './find-stray.ts';
import { requireFreeName } from './require-free-name.ts';
import { freeName, rowOfListedVm } from './row-of-listed-vm.ts';

const patienceMs = 30_000;
const publishLimitMs = 60_000;

export interface Adopted {
  vm: VmRecord;
  changed: boolean;
}

/**
 * Takes a VM of this account into the ledger. Where its expiry is on no public record, that is published first and read back from two CCN
 * hosts; only then are row and hold committed (product.md §1 rule 14). A call that dies in between leaves a journal entry, by which
 * reconcile takes the VM in. `ADOPTION_UNPUBLISHED` where the expiry did not become public: the VM is not ours then.
 */
export const adopt = async (context: ChangeContext, plan: Plan<'vm adopt'>): Promise<Adopted> => {
  const { subject } = plan;
  const ledger = await context.ledger();
  return withLease(context, subject.vm, patienceMs, async () => {
    const known = ledger.vm(subject.vm);
    if (known !== null) return { vm: known, changed: false };
    await requireClock(context);
    const { vm, journals } = await findStray(context, subject.account, subject.vm);
    const onRecord = expiryOfRecord(vm, journals, await longestTtl(context, subject.account));
    const operation = begun(context, plan);
    const expiresAt = onRecord ?? (await publishExpiry(context, plan, operation, isClaimed(vm, journals)));
    const row = await rowOfListedVm(context, vm, {
      account: subject.account,
      name: freeName(context, ledger, subject.name ?? vm.label),
      operation: operation.id,
      expiresAt,
    });
    return take(context, plan, operation, row, vm);
  });
};

/** Signs, records, sends and reads back the expiry that this VM gets; returns it, ms. */
const publishExpiry = async (
  context: ChangeContext,
  plan: Plan<'vm adopt'>,
  operation: OperationOf<'adopt'>,
  claimed: boolean,
): Promise<number> => {
  const { account, vm, ttlSeconds } = plan.subject;
  if (ttlSeconds === null) {
    throw new Failure('PLAN_MOVED', `VM ${shortId(vm)} had an expiry on public record when the plan was made; now it has none.`);
  }
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const signer = await signerFor(context, account);
  const now = context.clock.now();
  const expiresAt = now + ttlSeconds * 1000;
  const message = await cloud.signing.journal({ id: vm, expiresAt, at: now }, signer);
  await readPolicy(context, account);
  ledger.write('adopt.begin', (transaction) => {
    const { limits } = policyInForce(transaction, { account, network: context.network }, context);
    const judged = judgeAdoption({ id: vm, claimed, ttlSeconds, limits, approved: plan.approval !== null });
    if (judged.verdict !== 'allow') throw refusal(judged.failing, plan);
    if (plan.subject.name !== null) requireFreeName(transaction, context, plan.subject.name);
    supersede(context, transaction, plan.subject);
    consumeApproval(context, transaction, plan, operation);
    transaction.insertOperation({ ...operation, plan: { ...operation.plan, message } });
    recordAdoption(context, transaction, operation, 'begun', { expires: formatInstant(expiresAt), message: message.id });
  });
  const { status } = await send(context, message);
  const lost = status === 'rejected' || status === 'invalid';
  if (!lost && (await readBack(context, { account, vm, to: { expiresAt } }, true))) return expiresAt;
  await closeOperation(context, operation.id, 'ADOPTION_UNPUBLISHED');
  throw unpublished(vm, lost);
};

const send = (context: ChangeContext, message: SignedMessage): Promise<Publication> =>
  context.effect('adopt.publish', async () =>
    (await context.cloud()).messages.publish(message, { timeoutMs: publishLimitMs, signal: context.signal }),
  );

/** Fails the earlier adoption of this VM that is still running: its process died, for this call holds the VM's lease. */
const supersede = (context: ChangeContext, transaction: LedgerTransaction, { account, vm }: AdoptSubject): void => {
  const before = adoptionUnderWay(transaction, { account, network: context.network, vm });
  if (before === null) return;
  transaction.updateOperation(before.operation, { state: 'failed', endedAt: context.clock.now(), failure: 'INTERRUPTED' });
};

/** Commits row and hold, unless another process took the VM in meanwhile. */
const take = async (
  context: ChangeContext,
  plan: Plan<'vm adopt'>,
  operation: OperationOf<'adopt'>,
  row: VmRecord,
  vm: ListedVm,
): Promise<Adopted> => {
  const ledger = await context.ledger();
  return ledger.write('adopt.taken', (transaction): Adopted => {
    const endedAt = context.clock.now();
    const begun = transaction.operation(operation.id);
    if (begun === null) {
      consumeApproval(context, transaction, plan, operation);
      transaction.insertOperation({ ...operation, state: 'succeeded', endedAt });
    } else {
      transaction.updateOperation(operation.id, { state: 'succeeded', endedAt });
    }
    const known = transaction.vm(row.id);
    if (known !== null) return { vm: known, changed: false };
    const named = { ...row, name: freeName(context, transaction, row.name), updatedAt: endedAt };
    transaction.insertVm(named);
    const message = begun === null ? undefined : adoptionOf(begun).message;
    if (message !== undefined) transaction.insertSigned(row.id, message);
    auditVm(context, transaction, 'adopt.taken', named, {
      outcome: 'adopted',
      credits: named.hold,
      facts: { plan: plan.id, state: named.state, expires: formatInstant(named.expiresAt), marked: vm.ours, ...otherPayer(named) },
    });
    return { vm: named, changed: true };
  });
};

const begun = (context: ChangeContext, { id, terms, subject, approval }: Plan<'vm adopt'>): OperationOf<'adopt'> =>
  newOperation(context, 'adopt', { id, terms, subject }, { ...subject, approval, task: context.caller.task, requestId: null });

/** Records an effect of an adoption whose VM has no row yet. */
const recordAdoption = (
  context: ChangeContext,
  transaction: LedgerTransaction,
  operation: OperationOf<'adopt'>,
  outcome: string,
  facts: Facts['adopt.begin'],
): void =>
  transaction.recordEffect({
    at: context.clock.now(),
    point: 'adopt.begin',
    network: operation.network,
    account: operation.account,
    agent: operation.agent,
    task: operation.task,
    operation: operation.id,
    vm: null,
    outcome,
    credits: null,
    latencyMs: null,
    facts,
  });

const unpublished = (id: string, refused: boolean): Failure =>
  new Failure(
    'ADOPTION_UNPUBLISHED',
    `VM ${shortId(id)} is not adopted: its expiry ${refused ? 'was refused by the network' : 'is not confirmed by two CCN hosts'}.`,
    {
      sideEffects: refused ? 'none' : 'unknown',
      fix: agent('Try again.', 'vm adopt', shortId(id)),
      facts: { id: shortId(id) },
    },
  );
