import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { specRate } from '../../domain/money/product-price.ts';
import type { ProvisionSubject, ReplaySubject } from '../../domain/plan/kinds/provision.ts';
import type { OperationOf } from '../../domain/plan/operation-plan.ts';
import type { FreePlan } from '../../domain/plan/plan.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { figuresOf } from '../account/plan-figures.ts';
import { type Figures, holdWhileFresh, readFigures } from '../account/read-figures.ts';
import { voidApproval } from '../approvals/approvals.ts';
import { forgetNodes } from '../nodes/named-nodes.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { newOperation } from '../operation/new-operation.ts';
import { signerFor } from '../operation/signer-for.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { warnExpired } from '../timers/warn-expired.ts';
import { warnOfTtl } from '../timers/warn-of-ttl.ts';
import { markRevived, revivedVms } from '../trail/revived-vms.ts';
import { currentAttempt, driveCreate } from './drive-create.ts';
import { firstAnswer } from './first-answer.ts';
import { type CreatePlan, holdCreate } from './hold-create.ts';
import { requireHeldPublic } from './require-held-public.ts';
import { signAttempt } from './sign-attempt.ts';
import { stillWaiting } from './still-waiting.ts';

export interface Provisioned {
  vm: VmRecord;
  replayed: boolean;
}

/**
 * Applies a plan: reads the figures again unless the plan has just read them, signs, commits hold and row in one transaction, and only then sends. Fails beside the checks'
 * own failures and those of `driveCreate` with `PRICE_MOVED`, `PLAN_MOVED`, `REQUEST_ID_CONFLICT`, `POSSIBLE_DUPLICATE`, `NAME_TAKEN`.
 */
export const provision = async (
  context: ChangeContext,
  plan: CreatePlan | FreePlan<ReplaySubject>,
  wait: boolean,
): Promise<Provisioned> => {
  const deadline = deadlineOf(context);
  return isReplay(plan)
    ? { vm: await goOn(context, plan.subject.replay, wait, deadline), replayed: true }
    : create(context, plan, wait, deadline);
};

const create = async (context: ChangeContext, plan: CreatePlan, wait: boolean, deadline: number): Promise<Provisioned> => {
  const { subject } = plan;
  requireOwnRoots(context, await readPolicy(context, subject.account));
  // Slow things come before the figures are read: figures count for ten seconds only, and unlocking the key may ask a person.
  await Promise.all([signerFor(context, subject.account), (await context.cloud()).signing.prepare()]);
  const figures = figuresOf(context, await context.ledger(), plan) ?? (await readAnew(context, plan));
  await catchRevived(context, figures);
  const operation = begun(context, plan);
  const { channel } = figures;
  const signed = await signAttempt(context, { subject, operation, node: subject.nodes[0]!, attempt: 1, channel });
  const held = await holdWhileFresh(
    context,
    figures,
    () => freshFigures(context, subject),
    (read) => holdCreate(context, plan, { operation, ...signed, figures: read }),
  );
  if (held !== operation.id) return { vm: await goOn(context, held, wait, deadline), replayed: true };
  const { vm } = signed;
  forgetNodes(context, subject);
  context.progress.phase('held', { operation: operation.id, vm: vm.id, name: vm.name });
  await requireHeldPublic(context, vm, deadline);
  const ledger = await context.ledger();
  const reached = await (wait ? driveCreate(context, operation, deadline, true) : firstAnswer(context, operation, vm, deadline)).catch(
    (thrown: unknown) => {
      throw stillUnderWay(thrown, ledger.vm(vm.id) ?? vm);
    },
  );
  warnOfTtl(context, ledger, reached);
  return { vm: reached, replayed: false };
};

export const isReplay = (plan: CreatePlan | FreePlan<ReplaySubject>): plan is FreePlan<ReplaySubject> => plan.subject.replay !== null;

/** Goes on with the operation of an earlier call with this request id or name: it may wait, and it creates nothing. */
const goOn = async (context: ChangeContext, id: string, wait: boolean, deadline: number): Promise<VmRecord> => {
  const ledger = await context.ledger();
  const operation = ledger.operation(id);
  const vm = currentAttempt(ledger.vms({ operation: id }));
  if (vm === null) throw new Failure('OPERATION_NOT_FOUND', `Operation ${id} has no VM.`);
  const reached = wait && operation?.state === 'running' ? await driveCreate(context, operation, deadline) : vm;
  warnOfReplay(context, ledger, reached);
  return reached;
};

/** Warns when the VM of a repeated call is gone or past its expiry: the call returns that VM all the same. */
const warnOfReplay = (context: ChangeContext, ledger: LedgerReader, vm: VmRecord): void => {
  if (vm.state === 'terminated' || vm.state === 'stopping') {
    context.warn('VM_GONE', `The VM of this request, ${shortId(vm.id)}, is ${vm.state}: take another --request-id for a new one.`);
    return;
  }
  warnExpired(context, [vm]);
  warnOfTtl(context, ledger, vm);
};

/** Reads all figures again, and refuses where clock, price or node are not as they were planned. */
const readAnew = async (context: ChangeContext, plan: CreatePlan): Promise<Figures> => {
  const [figures] = await Promise.all([
    freshFigures(context, plan.subject),
    requireAsPlanned(context, plan.subject).catch((problem) => giveUp(context, plan, problem)),
    requireClock(context),
  ]);
  return figures;
};

const freshFigures = async (context: ChangeContext, subject: ProvisionSubject): Promise<Figures> => {
  const policy = await readPolicy(context, subject.account);
  return readFigures(context, subject, policy.authorisedAt);
};

/**
 * Voids the approval where price or node has moved since the plan was made. A network that does not answer for a moment costs nobody an
 * approval.
 */
const giveUp = async (context: ChangeContext, { approval }: CreatePlan, problem: unknown): Promise<never> => {
  if (problem instanceof Failure && (problem.code === 'PRICE_MOVED' || problem.code === 'PLAN_MOVED'))
    await voidApproval(context, approval);
  throw problem;
};

/**
 * Checks that the plan's price and first node are still as planned: an approved plan may be a day old (product.md §1 rule 12).
 * `PRICE_MOVED`, `PLAN_MOVED`.
 */
const requireAsPlanned = async (context: ChangeContext, subject: ProvisionSubject): Promise<void> => {
  await requirePrice(context, subject);
  const planned = subject.nodes[0]!;
  const confirmed = await (await context.cloud()).nodes.confirmNode(planned.hash);
  if (confirmed?.url === planned.url) return;
  throw new Failure(
    'PLAN_MOVED',
    `CRN ${shortId(planned.hash)} is no longer where the plan found it. Nothing was sent; make the call again.`,
  );
};

/** Refuses with `PRICE_MOVED` when the price is more than 2 % off the plan's, either way: that is no longer what was agreed to. */
const requirePrice = async (context: ChangeContext, subject: ProvisionSubject): Promise<void> => {
  const now = specRate(subject.spec, await (await context.cloud()).prices.table());
  const off = now.minus(subject.rate).abs().div(subject.rate);
  if (off.lte(new Exact('0.02'))) return;
  throw new Failure(
    'PRICE_MOVED',
    `The price moved from ${usdPerHour(new Exact(subject.rate))} to ${usdPerHour(now)} USD/h since the plan was made. Nothing was sent.`,
  );
};

/** Where another process goes on with the VM that this call has held, the VM may run and bill: that is no refusal. */
const stillUnderWay = (thrown: unknown, vm: VmRecord): unknown =>
  thrown instanceof Failure && thrown.code === 'VM_BUSY' ? stillWaiting(vm) : thrown;

/** Marks revived VMs `stopping` before anything new is held: they burn credits although their rows were given up. */
const catchRevived = async (context: ChangeContext, figures: Figures): Promise<void> => {
  for (const vm of revivedVms(await context.ledger(), figures.listed, context.clock.now())) {
    await markRevived(context, vm);
    context.warn(
      'CAME_ALIVE',
      `VM ${vm.name} had been given up and is alive on the network; "${commandLine('gc', { execute: true })}" ends it.`,
    );
  }
};

const begun = (context: ChangeContext, { id, terms, subject, approval }: CreatePlan): OperationOf<'create'> =>
  newOperation(context, 'create', { id, terms, subject }, { ...subject, approval: approval ?? subject.envelope ?? null });
