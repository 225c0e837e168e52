import { digest } from '../domain/canonical-json.ts';
import type { Check } from '../domain/failure.ts';
import { formatInstant } from '../domain/instant.ts';
import type { Plan } from '../domain/plan.ts';
import type { VmRecord } from '../domain/vm-record.ts';
import type { ReadContext } from '../ports/context.ts';
import { chooseVms, type VmChoice } from './choose-vms.ts';
import { policyInForce } from './policy-in-force.ts';

export interface DestroySubject {
  ids: string[];
  ending: 'destroy' | 'expired';
}

/**
 * What would be destroyed. Spending limits never stand in the way; more than a few at once, or another task's VM, asks; expiry does
 * not, and going on with what is on its way out neither (conventions.md §4.6).
 */
export const planDestroy = async (context: ReadContext, choice: VmChoice, argumentsDigest: string): Promise<Plan<DestroySubject>> => {
  const ledger = await context.ledger();
  const vms = await chooseVms(context, choice);
  const account = vms[0]?.account ?? '';
  const limits = policyInForce(ledger, { account, network: context.network }).limits;
  const asked = choice.expired ? [] : vms.filter(({ state }) => state !== 'stopping' && state !== 'terminated');
  const checks = [atOnce(asked, limits.destroyAtOnce), ...asked.map((vm) => sameTask(vm, context.caller.task))];
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
  return {
    action: 'vm destroy',
    id: digest(terms),
    terms,
    subject: { ids: vms.map(({ id }) => id), ending },
    verdict: failing.length > 0 ? 'approve' : 'allow',
    failing,
    checks,
    cost: null,
    summary:
      vms.length === 0
        ? 'Destroy nothing: no VM fits.'
        : `Destroy ${vms.map(({ name, id }) => `${name} (${id.slice(0, 12)})`).join(', ')}; what is on their disks is lost.`,
    consentPhrase: failing.length > 0 ? `destroy ${vms.length}` : null,
    expiresAt: formatInstant(context.clock.now() + 10 * 60_000),
    approval: null,
  };
};

const atOnce = (vms: readonly VmRecord[], limit: number): Check & { ok: boolean } => ({
  ok: vms.length <= limit,
  code: 'APPROVAL_NEEDED',
  figure: String(vms.length),
  limit: String(limit),
  message: `${vms.length} VMs at once; more than ${limit} need a person's approval.`,
});

/** Another task's VM is not destroyed without a person. */
export const sameTask = (vm: VmRecord, task: string | null): Check & { ok: boolean } => ({
  ok: vm.task === null || vm.task === task,
  code: 'APPROVAL_NEEDED',
  figure: vm.task ?? '',
  limit: task ?? '',
  message: vm.task === null || vm.task === task ? `VM ${vm.name} is of this task.` : `VM ${vm.name} belongs to task ${vm.task}.`,
});
