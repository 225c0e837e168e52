import { Failure } from '../../domain/failure/failure.ts';
import { weigh } from '../../domain/judge/judge.ts';
import { protectionChecks, sameTask } from '../../domain/judge/judge-destroy.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { liveNamesake } from '../operation/live-namesake.ts';
import { type ProvisionSubject, type ReplaySubject, readSubject } from '../operation/provision-subject.ts';
import { vmCalled } from '../operation/vm-called.ts';
import { currentAttempt } from './drive-create.ts';
import { planProvision } from './plan-provision.ts';

export interface RedeployRequest {
  reference: string;
  name: string | null;
  ttlSeconds: number | null;
  /** The old VM is destroyed once the new one is healthy. */
  replace: boolean;
  maxHourlyCredits: string | null;
  maxTotalCredits: string | null;
  crn: string;
  acceptTerms: boolean;
  requestId: string | null;
  argumentsDigest: string;
}

/** Stored with the new VM's operation, by which a later call finds what it has to go on with. */
export interface Succession {
  /** Item hash of the VM whose spec is taken again. */
  old: string;
  replace: boolean;
  /** What the new VM is called once it has replaced the old one; null: as it was made. */
  rename: string | null;
}

export type RedeploySubject = (ProvisionSubject | ReplaySubject) & Succession;

/**
 * A new VM of the same size, image (by hash, as it was pinned then) and SSH keys: a create like any other, with its own plan, price and
 * checks. Names are unique among live VMs, so it gets the old one's only where that is gone, else the next free `NAME-2`.
 */
export const planRedeploy = async (context: ReadContext, request: RedeployRequest): Promise<Plan<RedeploySubject>> => {
  const ledger = await context.ledger();
  const vm = vmCalled(ledger, context, request.reference);
  requireAtRest(context, vm);
  const live = liveStates.includes(vm.state);
  const name = request.name ?? (live ? nextName(ledger, context.network, vm.name) : vm.name);
  const succession: Succession = {
    old: vm.id,
    replace: request.replace,
    rename: request.replace && request.name === null ? vm.name : null,
  };
  const successor = request.replace ? successorOf(ledger, vm) : null;
  if (successor !== null) return goOnPlan(context, vm, { ...succession, replay: successor });
  const made = ledger.operation(vm.operation);
  const before = made?.kind === 'create' ? readSubject(made.plan) : null;
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
    maxHourlyCredits: request.maxHourlyCredits,
    maxTotalCredits: request.maxTotalCredits,
    task: context.caller.task ?? vm.task,
    requestId: request.requestId,
    ifExists: 'fail',
    argumentsDigest: request.argumentsDigest,
  });
  if (plan.subject.replay !== null)
    return { ...plan, subject: { ...plan.subject, ...storedSuccession(ledger, plan.subject.replay, succession) } };
  const ending = request.replace && live ? [sameTask(vm, context.caller.task), ...protectionChecks([vm])] : [];
  const failing = [...plan.failing, ...ending.filter(({ ok }) => !ok).map(({ ok: _, ...check }) => check)];
  const verdict = plan.verdict === 'allow' ? weigh(ending, { approved: false }).verdict : plan.verdict;
  const end = !live ? '' : request.replace ? `; ${vm.name} is destroyed once that is healthy` : `; ${vm.name} stays`;
  return {
    ...plan,
    action: 'vm redeploy',
    subject: { ...plan.subject, ...succession },
    verdict,
    failing,
    checks: [...plan.checks, ...ending],
    summary: `${plan.summary}, anew from the spec of ${vm.name} (${shortId(vm.id)}): no data moves${end}`,
    consentPhrase: verdict === 'approve' ? (plan.cost?.mostUsd ?? 'redeploy') : null,
  };
};

/** One that is coming up, or of another account than that in use, is not redeployed. */
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

/** `ci`, `ci-2`, `ci-3` …: the first that no live VM has. */
export const nextName = (ledger: Pick<LedgerReader, 'vmNamed'>, network: string, name: string): string => {
  const base = name.replace(/-\d{1,4}$/, '');
  for (let number = 2; ; number += 1) {
    const end = `-${number}`;
    const wanted = `${base.slice(0, 40 - end.length)}${end}`;
    if (liveNamesake(ledger, network, wanted) === null) return wanted;
  }
};

const successionOf = (ledger: LedgerReader, operation: string): Partial<Succession> =>
  (ledger.operation(operation)?.plan as { subject?: Partial<Succession> } | null)?.subject ?? {};

/** What the first call was to replace: its name may be the new VM's by now. */
const storedSuccession = (ledger: LedgerReader, operation: string, { old, replace, rename }: Succession): Succession => {
  const stored = successionOf(ledger, operation);
  return { old: stored.old ?? old, replace: stored.replace ?? replace, rename: stored.rename ?? rename };
};

/** The operation that is replacing this VM, whose process may have died: while its VM lives, no other one is made. */
const successorOf = (ledger: LedgerReader, vm: VmRecord): string | null => {
  const creates = ledger.operations({ account: vm.account, network: vm.network, kind: 'create' });
  const found = creates.findLast(({ id, state }) => {
    const { old, replace } = successionOf(ledger, id);
    if (old !== vm.id || replace !== true || state === 'failed') return false;
    return liveStates.includes(currentAttempt(ledger.vms({ operation: id }))?.state ?? 'terminated');
  });
  return found?.id ?? null;
};

const goOnPlan = (context: ReadContext, vm: VmRecord, subject: RedeploySubject): Plan<RedeploySubject> => {
  const terms = {
    network: context.network,
    account: vm.account,
    payer: vm.payer,
    action: 'vm redeploy',
    replay: subject.replay,
    old: vm.id,
  };
  return makePlan(context.clock.now(), {
    action: 'vm redeploy',
    terms,
    subject,
    summary: `Go on with replacing ${vm.name} (${shortId(vm.id)})`,
  });
};
