import { Failure } from '../../domain/failure/failure.ts';
import { weigh } from '../../domain/judge/judge.ts';
import { judgeDestroy } from '../../domain/judge/judge-destroy.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { CreateWish } from '../../domain/plan/create-wish.ts';
import type { RedeployReplay, Succession } from '../../domain/plan/kinds/redeploy.ts';
import { makeFreePlan } from '../../domain/plan/make-plan.ts';
import { creationOf, successionOf } from '../../domain/plan/operation-plan.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import { phraseOf } from '../../domain/plan/plan-kinds.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { payerIn } from '../account/account-rows.ts';
import { shownTo } from '../caller/callers-rows.ts';
import { liveNamesake } from '../caller/live-namesake.ts';
import { vmCalled } from '../caller/vm-called.ts';
import { requireUninhabited } from '../children/require-uninhabited.ts';
import { destroyLimit } from '../end/destroy-limit.ts';
import { currentAttempt } from './drive-create.ts';
import { planProvision } from './plan-provision.ts';
import { isReplay } from './provision.ts';

export interface RedeployRequest extends Omit<CreateWish, 'size' | 'extras' | 'image' | 'guestTimer' | 'setup' | 'task'> {
  reference: string;
  /** The old VM is destroyed once the new one is healthy. */
  replace: boolean;
}

/**
 * Plans a new VM of the old one's size, image (by the hash pinned then) and SSH keys: a create like any other, with its own plan, price and
 * checks. Names are unique among live VMs, so the new VM gets the old one's name only where the old VM is gone, else the next free
 * `NAME-2`.
 */
export const planRedeploy = async (
  context: ReadContext,
  request: RedeployRequest,
): Promise<Plan<'vm redeploy'> | FreePlan<RedeployReplay>> => {
  const ledger = await context.ledger();
  const vm = vmCalled(ledger, context, request.reference);
  requireAtRest(context, vm);
  if (request.replace) requireUninhabited(ledger, vm);
  const live = liveStates.includes(vm.state);
  const name = request.name ?? (live ? nextName(ledger, context, vm.name) : vm.name);
  const succession: Succession = {
    old: vm.id,
    replace: request.replace,
    rename: request.replace && request.name === null ? vm.name : null,
  };
  const made = ledger.operation(vm.operation);
  const before = made?.kind === 'create' ? creationOf(made) : null;
  if (before?.setup != null) context.warn('SETUP_LEFT_OUT', leftOut(vm, name));
  const successor = request.replace ? successorOf(ledger, vm) : null;
  if (successor !== null) return goOnPlan(context, vm, { ...succession, replay: successor });
  const { vcpus, memoryMib, diskMib, imageHash, gpus = [], confidential = false } = vm.spec;
  const plan = await planProvision(context, {
    name,
    size: { vcpus, memoryMib, diskMib },
    extras: { gpus, confidential },
    image: imageHash,
    ttlSeconds: request.ttlSeconds ?? before?.ttlSeconds ?? null,
    crn: request.crn,
    acceptTerms: request.acceptTerms,
    sshKeyFile: undefined,
    ...(before === null ? {} : { sshKeys: before.sshKeys }),
    guestTimer: null,
    maxHourly: request.maxHourly,
    maxTotal: request.maxTotal,
    setup: null,
    task: context.caller.task ?? vm.task,
    requestId: request.requestId,
    ifExists: 'fail',
    payer: payerIn(ledger, vm),
    argumentsDigest: request.argumentsDigest,
  });
  if (isReplay(plan)) return { ...plan, subject: { ...plan.subject, ...storedSuccession(ledger, plan.subject.replay, succession) } };
  const wish = { limit: await destroyLimit(context, vm.account), task: context.caller.task, now: context.clock.now() };
  const ending = request.replace && live ? judgeDestroy([vm], ledger.vms({ network: context.network, ...shownTo(context) }), wish) : [];
  const failing = [...plan.failing, ...ending.filter(({ ok }) => !ok).map(({ ok: _, ...check }) => check)];
  const verdict = plan.verdict === 'allow' ? weigh(ending, { approved: false }).verdict : plan.verdict;
  const end = !live ? '' : request.replace ? `; ${vm.name} is destroyed once that is healthy` : `; ${vm.name} stays`;
  const redeploy: Plan<'vm redeploy'> = {
    ...plan,
    action: 'vm redeploy',
    subject: { ...plan.subject, ...succession },
    verdict,
    failing,
    checks: [...plan.checks, ...ending],
    summary: `${plan.summary}, anew from the spec of ${vm.name} (${shortId(vm.id)}): no data moves${end}`,
  };
  return { ...redeploy, consentPhrase: verdict === 'approve' ? phraseOf(redeploy, vm.name) : null };
};

/** The ledger keeps the script's digest and not its text, so a redeploy cannot run it. */
const leftOut = (old: VmRecord, name: string): string =>
  `VM ${old.name} was made with a setup script, which vm redeploy does not run: ${name} comes up without it. vm create --setup FILE makes a VM with it.`;

/** Refuses a VM that is still coming up (`VM_NOT_READY`), or that is of another account than the one in use (`WRONG_ACCOUNT`). */
const requireAtRest = (context: ReadContext, vm: VmRecord): void => {
  const facts = { id: shortId(vm.id), name: vm.name, state: vm.state };
  if (vm.state === 'requested' || vm.state === 'provisioning') {
    throw new Failure('VM_NOT_READY', `VM ${vm.name} is ${vm.state}: it is coming up already.`, {
      fix: agent('Wait for it.', 'vm wait', vm.name),
      facts,
    });
  }
  if (vm.account === context.keys.current(context.network).address) return;
  throw new Failure('WRONG_ACCOUNT', `VM ${vm.name} is of ${vm.account}, and another key is in use.`, {
    fix: agent('Name the key of that account with --account.', 'keys ls'),
    facts: { ...facts, account: vm.account },
  });
};

/** Returns the first of `ci-2`, `ci-3` … that no live VM has as its name. */
export const nextName = (ledger: Pick<LedgerReader, 'vmNamed'>, context: Pick<ReadContext, 'network' | 'caller'>, name: string): string => {
  const base = name.replace(/-\d{1,4}$/, '');
  for (let number = 2; ; number += 1) {
    const end = `-${number}`;
    const wanted = `${base.slice(0, 40 - end.length)}${end}`;
    if (liveNamesake(ledger, context, wanted) === null) return wanted;
  }
};

const successionIn = (ledger: LedgerReader, id: string): Succession | null => {
  const operation = ledger.operation(id);
  return operation === null ? null : successionOf(operation);
};

/** Returns what the first call was to replace: its reference may name the new VM by now, so the stored succession counts. */
const storedSuccession = (ledger: LedgerReader, operation: string, meant: Succession): Succession => {
  const stored = successionIn(ledger, operation);
  return stored === null ? meant : { old: stored.old, replace: stored.replace, rename: stored.rename ?? meant.rename };
};

/**
 * Returns the operation that is replacing this VM, whose process may have died; null where there is none. While its VM lives no other
 * replacement is made.
 */
const successorOf = (ledger: LedgerReader, vm: VmRecord): string | null => {
  const creates = ledger.operations({ account: vm.account, network: vm.network, kind: 'create' });
  const found = creates.findLast((operation) => {
    const succession = successionOf(operation);
    if (succession?.old !== vm.id || !succession.replace || operation.state === 'failed') return false;
    return liveStates.includes(currentAttempt(ledger.vms({ operation: operation.id }))?.state ?? 'terminated');
  });
  return found?.id ?? null;
};

const goOnPlan = (context: ReadContext, vm: VmRecord, subject: RedeployReplay): FreePlan<RedeployReplay> => {
  const terms = {
    network: context.network,
    account: vm.account,
    payer: vm.payer,
    action: 'vm redeploy',
    replay: subject.replay,
    old: vm.id,
  };
  return makeFreePlan(context.clock.now(), {
    action: 'vm redeploy',
    terms,
    subject,
    summary: `Go on with replacing ${vm.name} (${shortId(vm.id)})`,
  });
};
