import { dearerRate } from '../../domain/burn/extension.ts';
import { asEnded } from '../../domain/ledger/ended.ts';
import { newestHead } from '../../domain/ledger/journal.ts';
import { otherPayer, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { GoOnSubject } from '../../domain/plan/kinds/extend.ts';
import type { OperationOf } from '../../domain/plan/operation-plan.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { SignedMessage } from '../../ports/network/messages.ts';
import { payerIn } from '../account/account-rows.ts';
import { areFresh, type Figures, holdWhileFresh, readFigures } from '../account/read-figures.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { extensionAsStated } from '../approvals/extension-as-stated.ts';
import { boundOperation } from '../caller/bound-operation.ts';
import { confirmIdentity } from '../end/tear-down.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { newOperation } from '../operation/new-operation.ts';
import { requireAllowed } from '../operation/require-allowed.ts';
import { signerFor } from '../operation/signer-for.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { inProject } from '../policy/in-project.ts';
import { policyInForce, readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { armGuest, guestRow } from '../timers/arm-guest.ts';
import { warnOfLimit } from '../timers/warn-of-ttl.ts';
import { auditVm } from '../trail/audit.ts';
import { markHead } from '../trail/audit-head.ts';
import { withLease } from '../trail/lease.ts';
import { requirePublic } from '../trail/require-public.ts';
import { extensionUnderWay, isUnderWay } from './extension-under-way.ts';
import { judgeExtend } from './judge-extend.ts';
import { extensionRow, publishExtension, revertIn } from './publish-extension.ts';
import { requireExtendable } from './require-extendable.ts';
import { requirePrice } from './require-price.ts';

const patienceMs = 30_000;

export interface Extended {
  vm: VmRecord;
  changed: boolean;
}

/**
 * Applies a planned extension under the VM's lease: it reads the figures again, signs the journal entry, commits hold and new expiry in one
 * transaction, makes the hold public, and only then publishes. `EXTENSION_UNPUBLISHED` when publishing fails: the VM then ends at its old
 * time. Fails as `requirePublic` does where the hold does not become public.
 */
export const extend = async (context: ChangeContext, plan: Plan<'vm extend'> | FreePlan<GoOnSubject>): Promise<Extended> => {
  const deadline = deadlineOf(context);
  if (!isGoOn(plan)) return withLease(context, plan.subject.vm, patienceMs, () => begin(context, plan, deadline));
  // what is done already is told at once, whoever works on the VM meanwhile
  const done = doneAlready(await context.ledger(), plan.subject);
  return done ?? withLease(context, plan.subject.vm, patienceMs, () => goOn(context, plan.subject));
};

/** The VM as an earlier call left it; null where that call's extension is still to be published. */
const doneAlready = (ledger: Pick<LedgerReader, 'operation' | 'vm'>, { vm, goOn: { operation } }: GoOnSubject): Extended | null =>
  operation !== null && ledger.operation(operation)?.state === 'running' ? null : { vm: ledger.vm(vm)!, changed: false };

/** Publishes what an earlier call held, where that is still to be done. Call it under the VM's lease. */
const goOn = async (context: ChangeContext, subject: GoOnSubject): Promise<Extended> => {
  const done = doneAlready(await context.ledger(), subject);
  if (done !== null) return done;
  return { vm: await moveTimer(context, await publishExtension(context, subject.goOn.operation!)), changed: true };
};

const isGoOn = (plan: Plan<'vm extend'> | FreePlan<GoOnSubject>): plan is FreePlan<GoOnSubject> => plan.subject.goOn !== null;

const begin = async (context: ChangeContext, plan: Plan<'vm extend'>, deadline: number): Promise<Extended> => {
  const { subject } = plan;
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const vm = ledger.vm(subject.vm)!;
  const policy = await readPolicy(context, subject.account);
  requireOwnRoots(context, policy);
  const [signer] = await Promise.all([signerFor(context, subject.account), cloud.signing.prepare(), requireClock(context)]);
  await confirmIdentity(context, vm);
  const parties = { account: subject.account, payer: payerIn(ledger, vm) };
  const read = (): Promise<Figures> => readFigures(context, parties, policy.authorisedAt);
  const [figures, price] = await Promise.all([read(), cloud.prices.priceOf(vm.id)]);
  requirePrice(subject, price === null ? dearerRate(vm, figures.burn) : price.perSecond);
  extensionAsStated(ledger, plan, figures);
  const message = await cloud.signing.journal({ id: vm.id, expiresAt: subject.to.expiresAt, at: context.clock.now() }, signer);
  const { operation, isEarlier } = await holdWhileFresh(context, figures, read, (fresh) => hold(context, plan, message, fresh));
  if (isEarlier) return goOn(context, { vm: vm.id, goOn: { operation } });
  context.progress.phase('held', { operation, vm: vm.id, name: vm.name });
  await requirePublic(
    context,
    { account: subject.account, row: extensionRow(ledger, operation), deadline },
    {
      point: 'extend.revert',
      release: (transaction, code) => void revertIn(context, transaction, operation, { outcome: code, failure: code, sent: false }),
    },
  );
  return { vm: await moveTimer(context, await publishExtension(context, operation)), changed: true };
};

/**
 * Moves the guest's timer to the new expiry. The expiry is public by now, so every enforcer that reads the journal follows it; a guest
 * timer that could not be moved follows it as well, but only up to the limit written into its script.
 */
const moveTimer = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const ledger = await context.ledger();
  const before = guestRow(ledger, vm);
  const moved = await armGuest(context, vm);
  warnOfLimit(context, ledger, vm);
  // A timer that was never armed holds no old expiry, so there is nothing to warn of.
  if (before === null || before.expiresAt === null || moved?.state === 'armed') return vm;
  const until = formatInstant(Math.min(before.limitAt ?? vm.expiresAt, vm.expiresAt));
  context.warn(
    'TIMER_NOT_MOVED',
    `The timer in ${vm.name} was not moved (${moved?.problem}); it still has the old time, ${formatInstant(before.expiresAt)}, and ends the VM at ${until} if it can read there that it was extended.`,
  );
  return vm;
};

interface Held {
  /** Its id. */
  operation: string;
  /** An earlier call made it, with this request id: nothing was committed now. */
  isEarlier: boolean;
}

/**
 * Judges the extension again by the ledger's present rows, then commits hold, expiry and signed bytes, in one transaction without I/O.
 * Returns the operation, or null (nothing committed) where the figures are too old by now.
 */
const hold = async (context: ChangeContext, plan: Plan<'vm extend'>, message: SignedMessage, figures: Figures): Promise<Held | null> => {
  const ledger = await context.ledger();
  return ledger.write('extend.hold', (transaction): Held | null => {
    // Another process may have used this request id since the plan was made, or while it was made.
    const bound = boundOperation(transaction, context, 'vm extend', plan.subject);
    if (bound !== null) return { operation: bound, isEarlier: true };
    const now = context.clock.now();
    if (!areFresh(context, figures)) return null;
    const vm = transaction.vm(plan.subject.vm)!;
    requireExtendable(asEnded(vm, figures.ended.get(vm.id), now), now);
    // One that was held since this was planned counts from the same public expiry: both would end as one.
    const underWay = extensionUnderWay(transaction, vm);
    if (underWay !== null) throw isUnderWay(vm, underWay);
    // What is held is stated anew, so the stored plan gives the expiry only; an approval must be for exactly this.
    const { subject } = extensionAsStated(transaction, plan, figures);
    const policy = inProject(policyInForce(transaction, { account: subject.account, network: context.network }, context), context);
    const approved = plan.approval !== null;
    const judged = judgeExtend(transaction, {
      vm,
      until: subject.to.expiresAt,
      policy,
      figures,
      now,
      approved,
      agent: context.caller.agent,
    });
    requireAllowed(judged, plan);
    const operation = begun(context, { ...plan, subject }, message.id);
    consumeApproval(context, transaction, plan, operation);
    transaction.insertOperation(operation);
    const { expiresAt, ttlSeconds } = subject.to;
    const held = transaction.updateVm(vm.id, { expiresAt, ttlSeconds, hold: BigInt(subject.to.hold), updatedAt: now });
    transaction.insertSigned(vm.id, message);
    auditVm(
      context,
      transaction,
      'extend.hold',
      { ...held, operation: operation.id },
      {
        outcome: 'held',
        credits: held.hold - vm.hold,
        facts: {
          plan: plan.id,
          balance: String(figures.balance.credits),
          rootPolicy: context.rootPolicy() !== null,
          from: formatInstant(subject.from.expiresAt),
          to: formatInstant(subject.to.expiresAt),
          message: message.id,
          ...otherPayer({ account: subject.account, payer: figures.payer }),
        },
      },
    );
    markHead(context, transaction, { account: subject.account, network: context.network, seenAt: newestHead(figures.journal) });
    return { operation: operation.id, isEarlier: false };
  });
};

const begun = (context: ChangeContext, { id, terms, subject, approval }: Plan<'vm extend'>, message: string): OperationOf<'extend'> =>
  newOperation(context, 'extend', { id, terms, subject, message }, { ...subject, approval, task: context.caller.task });
