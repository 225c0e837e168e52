import { Failure, type Fix } from '../../domain/failure/failure.ts';
import { agreedToEndProtected, atOnceCheck, endedBy } from '../../domain/judge/judge-destroy.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { RedeployReplay } from '../../domain/plan/kinds/redeploy.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { shownTo } from '../caller/callers-rows.ts';
import { liveNamesake } from '../caller/live-namesake.ts';
import { canEnd } from '../end/can-end.ts';
import { destroy } from '../end/destroy.ts';
import { destroyLimit } from '../end/destroy-limit.ts';
import { beginIn } from '../end/tear-down.ts';
import { auditVm } from '../trail/audit.ts';
import { provision } from './provision.ts';

export interface Redeployed {
  vm: VmRecord;
  old: VmRecord;
  replayed: boolean;
}

/**
 * Applies a plan: makes the new VM first. Where it replaces the old one, that is destroyed only once the new VM is healthy, and its name
 * passes on. A call that dies in between leaves both VMs; repeating it goes on from there. No data is copied.
 */
export const redeploy = async (
  context: ChangeContext,
  plan: Plan<'vm redeploy'> | FreePlan<RedeployReplay>,
  wait: boolean,
): Promise<Redeployed> => {
  const ledger = await context.ledger();
  const { old, replace, rename } = plan.subject;
  const before = ledger.vm(old)!;
  const again = replace
    ? agent('Go on; the old VM is destroyed once the new one is healthy.', 'vm redeploy', before.name, { replace: true })
    : null;
  const { vm, replayed } = await provision(context, plan, wait).catch((problem: unknown) => {
    throw onwards(problem, again);
  });
  // A repeated call may name the new VM itself: the VM that was made is never destroyed as the old one.
  if (!replace || vm.id === old) return { vm, old: before, replayed };
  if (vm.state !== 'healthy') throw notHealthy(vm, before);
  await beginReplaced(context, plan, vm);
  const { vm: ended } = await destroy(context, old, 'destroy').catch((problem: unknown) => {
    throw onwards(problem, again);
  });
  return { vm: rename === null ? vm : await passName(context, vm, rename), old: ended, replayed };
};

/**
 * Marks the old VM `stopping`, in the transaction that judges once more whether it may be destroyed without a person: it counts among those
 * destroyed at once, like any other. What the plan's approval has agreed to is not asked again. Of a VM that is on its way out nothing is asked.
 */
const beginReplaced = async (
  context: ChangeContext,
  plan: Plan<'vm redeploy'> | FreePlan<RedeployReplay>,
  made: VmRecord,
): Promise<void> => {
  const ledger = await context.ledger();
  const { old } = plan.subject;
  const limit = await destroyLimit(context, made.account);
  ledger.write('destroy.begin', (transaction) => {
    const vm = transaction.vm(old)!;
    if (endedBy([vm]).length === 0) return;
    if (vm.protected && !agreedToEndProtected(plan.failing, vm)) {
      throw keptBeside(made, vm, 'was protected since the plan was made', { fix: human('A person decides.', 'vm destroy', vm.name) });
    }
    const atOnce = atOnceCheck([vm], transaction.vms({ network: context.network, ...shownTo(context) }), {
      limit,
      now: context.clock.now(),
    });
    if (!atOnce.ok && plan.approval === null) {
      const fix = agent('Make the same call again in a minute: the old VM is destroyed then.', 'vm redeploy', vm.name, { replace: true });
      throw keptBeside(made, vm, `would be one of ${atOnce.figure} destroyed within a minute`, { fix, retryAfterSeconds: 60 });
    }
    if (canEnd(context, transaction, vm)) beginIn(context, transaction, vm, 'destroy');
  });
};

/** Gives a failure that only needs more time this same command as its fix: any other command would leave the old VM behind. */
const onwards = (problem: unknown, fix: Fix | null): unknown => {
  const waits = problem instanceof Failure && (problem.code === 'STILL_WAITING' || problem.code === 'DESTROY_INCOMPLETE');
  if (!waits || fix === null) return problem;
  return new Failure(problem.code, problem.message, { ...problem.details, fix });
};

const notHealthy = (vm: VmRecord, old: VmRecord): Failure =>
  new Failure('VM_NOT_READY', `VM ${vm.name}, made to replace ${old.name}, is ${vm.state}: ${old.name} is kept.`, {
    sideEffects: 'partial',
    fix: agent('See how the new one is.', 'vm show', vm.name),
    facts: { id: shortId(vm.id), name: vm.name, state: vm.state, old: shortId(old.id) },
  });

const keptBeside = (vm: VmRecord, old: VmRecord, why: string, how: { fix: Fix; retryAfterSeconds?: number }): Failure =>
  new Failure('PLAN_MOVED', `VM ${old.name} ${why}: it is kept beside ${vm.name}.`, {
    sideEffects: 'partial',
    ...how,
    facts: { id: shortId(vm.id), name: vm.name, old: shortId(old.id) },
  });

const passName = async (context: ChangeContext, vm: VmRecord, name: string): Promise<VmRecord> => {
  const ledger = await context.ledger();
  return ledger.write('redeploy.renamed', (transaction) => {
    const current = transaction.vm(vm.id) ?? vm;
    if (current.name === name || liveNamesake(transaction, context, name) !== null) return current;
    const row = transaction.updateVm(vm.id, { name, updatedAt: context.clock.now() });
    auditVm(context, transaction, 'redeploy.renamed', row, { outcome: 'renamed', facts: { from: current.name, to: name } });
    return row;
  });
};
