import { protectionChecks, sameTask } from '../../domain/judge/judge-destroy.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { carriedVm } from './carried-vm.ts';

/**
 * Plans to hand out the script that ends a VM. Whoever has it can destroy the VM at any time, so a person is asked where destroying this VM
 * asks: it is protected, or another task's.
 */
export const planCarrier = async (context: ReadContext, reference: string, argumentsDigest: string): Promise<Plan<'gc carrier export'>> => {
  const vm = await carriedVm(context, reference);
  const checks = [sameTask(vm, context.caller.task), ...protectionChecks([vm])];
  const failing = checks.filter(({ ok }) => !ok).map(({ ok: _, ...check }) => check);
  const terms = {
    network: context.network,
    account: vm.account,
    payer: vm.payer,
    action: 'gc carrier export',
    arguments: argumentsDigest,
    vm: vm.id,
  };
  return makePlan(context.clock.now(), {
    action: 'gc carrier export',
    terms,
    subject: { id: vm.id },
    verdict: failing.length === 0 ? 'allow' : 'approve',
    failing,
    checks,
    summary: `Hand out a script with which anybody can destroy ${vm.name} (${shortId(vm.id)}) at any time.`,
    name: vm.name,
  });
};
