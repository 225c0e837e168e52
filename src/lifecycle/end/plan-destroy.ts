import { endedBy, judgeDestroy } from '../../domain/judge/judge-destroy.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { childrensVms } from '../children/childrens-vms.ts';
import { chooseVms, type VmChoice } from './choose-vms.ts';
import { countedWith, destroyLimit } from './destroy-limit.ts';
import { destroyNotes } from './destroy-notes.ts';

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
    vms: ids(vms),
  };
  return makePlan(context.clock.now(), {
    action: 'vm destroy',
    terms,
    subject: { ids: ids(vms), ending, ...(choice.withChildren === true ? { withChildren: true } : {}) },
    verdict: failing.length > 0 ? 'approve' : 'allow',
    failing,
    checks,
    ...(context.caller.person ? { notes: destroyNotes(ledger, ids(going), context.clock.now()) } : {}),
    ...(going.length === 1 ? { name: going[0]!.name } : {}),
    ...(going.length === 0 || choice.expired ? {} : { confirmPhrase: going.length === 1 ? going[0]!.name : `destroy ${going.length}` }),
    summary:
      vms.length === 0
        ? 'Destroy nothing: no VM fits.'
        : `Destroy ${vms.map(({ name, id }) => `${name} (${shortId(id)})`).join(', ')}; what is on ${vms.length === 1 ? 'its disk' : 'their disks'} is lost.`,
  });
};

const ids = (vms: readonly VmRecord[]): string[] => vms.map(({ id }) => id);

/** Says what the agents that live in the chosen VMs leave behind: it bills on, and no agent sees it. */
const warnOfChildren = (context: ReadContext, left: readonly VmRecord[]): void => {
  if (left.length === 0) return;
  const burn = left.reduce((sum, { rate }) => sum.plus(rate), new Exact(0));
  context.warn(
    'CHILDREN_LEFT',
    `Agents that live there have ${left.length === 1 ? 'a VM' : `${left.length} VMs`} (${left.map(({ name }) => name).join(', ')}) at ${usdPerHour(burn)} USD/h until their expiry; the same call --with-children ends them, too.`,
  );
};
