import { endedBy, judgeDestroy } from '../../domain/judge/judge-destroy.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver, usd, usdPerHour } from '../../domain/money/money.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { childrensVms } from '../children/childrens-vms.ts';
import { chooseVms, type VmChoice } from './choose-vms.ts';
import { countedWith, destroyLimit } from './destroy-limit.ts';

/** Of how many VMs a person is told more than the name. */
const notesAtMost = 6;

/**
 * Plans what would be destroyed. Spending limits never stand in its way. A person is asked for more VMs at once than the limit, for another
 * task's VM and for a protected one; not for expired VMs, nor for those `stopping` already (conventions.md §4.6).
 */
export const planDestroy = async (context: ReadContext, choice: VmChoice, argumentsDigest: string): Promise<Plan<'vm destroy'>> => {
  const vms = await chooseVms(context, choice);
  const account = vms[0]?.account ?? '';
  const ledger = await context.ledger();
  if (choice.withChildren !== true) warnOfChildren(context, childrensVms(ledger, vms));
  const limit = await destroyLimit(context, account);
  const going = endedBy(vms);
  const asked = choice.expired ? [] : going;
  const wish = { limit, task: context.caller.task, now: context.clock.now() };
  const checks = judgeDestroy(asked, countedWith(ledger, context, account), wish);
  const failing = checks.filter(({ ok }) => !ok).map(({ ok: _, ...check }) => check);
  const ending = choice.expired ? 'expired' : 'destroy';
  const terms = {
    network: context.network,
    account,
    payer: vms[0]?.payer ?? '',
    action: 'vm destroy',
    arguments: argumentsDigest,
    vms: vms.map(({ id }) => id),
  };
  return makePlan(context.clock.now(), {
    action: 'vm destroy',
    terms,
    subject: { ids: vms.map(({ id }) => id), ending, ...(choice.withChildren === true ? { withChildren: true } : {}) },
    verdict: failing.length > 0 ? 'approve' : 'allow',
    failing,
    checks,
    ...(context.caller.person ? { notes: going.slice(0, notesAtMost).map((vm) => noteOf(vm, context.clock.now())) } : {}),
    ...(going.length === 0 || choice.expired ? {} : { confirmPhrase: going.length === 1 ? going[0]!.name : `destroy ${going.length}` }),
    summary:
      vms.length === 0
        ? 'Destroy nothing: no VM fits.'
        : `Destroy ${vms.map(({ name, id }) => `${name} (${shortId(id)})`).join(', ')}; what is on their disks is lost.`,
  });
};

/** What a person wants to have seen before a VM goes: its age, its cost and where it is. */
const noteOf = (vm: VmRecord, now: number): string => {
  const seconds = Math.max(0, Math.floor((Math.min(now, vm.expiresAt) - vm.signedAt) / 1000));
  const minutes = seconds < 60 ? seconds : seconds - (seconds % 60);
  const cost = usd(creditsOver(new Exact(vm.rate), seconds));
  return `${vm.name} is ${formatDuration(minutes)} old, on node ${shortId(vm.node.hash)}, and has cost up to ${cost} USD at ${usdPerHour(new Exact(vm.rate))} USD/h.`;
};

/** Says what the agents that live in the chosen VMs leave behind: it bills on, and no agent sees it. */
const warnOfChildren = (context: ReadContext, left: readonly VmRecord[]): void => {
  if (left.length === 0) return;
  const burn = left.reduce((sum, { rate }) => sum.plus(rate), new Exact(0));
  context.warn(
    'CHILDREN_LEFT',
    `Agents that live there have ${left.length === 1 ? 'a VM' : `${left.length} VMs`} (${left.map(({ name }) => name).join(', ')}) at ${usdPerHour(burn)} USD/h until their expiry; the same call --with-children ends them, too.`,
  );
};
