import { endVmScript, scriptDigest } from '../../domain/ending/end-vm-script.ts';
import { limitOf } from '../../domain/ending/enforcer.ts';
import { readCarried } from '../../domain/ending/guest-timer.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { agreedToEndProtected } from '../../domain/judge/judge-destroy.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { auditVm } from '../trail/audit.ts';
import { carriedVm, requireToEnd } from './carried-vm.ts';
import { onTrail } from './on-trail.ts';
import { presigned } from './presign-forgets.ts';

/**
 * Exports the script that ends this VM, for any other machine that is always on. The carrier is recorded, but counts as an enforcer only
 * once `confirmCarrier` saw the script there. `PLAN_MOVED` where the VM was protected since the plan was made.
 */
export const exportCarrier = async (
  context: ChangeContext,
  plan: Plan<'gc carrier export'>,
): Promise<{ vm: VmRecord; script: string; limitAt: number }> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const vm = onTrail(ledger, requireToEnd(ledger.vm(plan.subject.id)!));
  const forgets = await presigned(context, vm);
  const { limits } = await readPolicy(context, vm.account);
  const { expiresAt } = vm;
  const limitAt = limitOf(vm, limits.maxTtlSeconds);
  const script = endVmScript({ vm: vm.id, account: vm.account, expiresAt, limitAt, hosts: cloud.hosts, forgets, where: 'carrier' });
  const digest = scriptDigest(script);
  ledger.write('enforcer.seen', (transaction) => {
    if (transaction.vm(vm.id)!.protected && !(plan.approval !== null && agreedToEndProtected(plan.failing, vm))) {
      throw new Failure('PLAN_MOVED', 'Since the plan was made the VM was protected. Nothing was handed out; make the call again.');
    }
    consumeApproval(context, transaction, plan, { id: vm.operation, account: vm.account });
    transaction.putEnforcer({
      network: vm.network,
      subject: vm.id,
      kind: 'carrier',
      state: 'armed',
      expiresAt,
      limitAt,
      digest,
      problem: null,
      verifiedAt: null,
    });
    auditVm(context, transaction, 'enforcer.seen', vm, { outcome: 'exported', facts: { digest: shortId(digest) } });
  });
  return { vm, script, limitAt };
};

/**
 * Takes the output of `sh FILE check` on the other machine as proof that the script is there. `CARRIER_UNKNOWN` where it is not the script
 * that was exported last.
 */
export const confirmCarrier = async (context: ChangeContext, reference: string, said: string): Promise<VmRecord> => {
  const ledger = await context.ledger();
  const vm = await carriedVm(context, reference);
  const [row] = ledger.enforcers({ network: vm.network, subject: vm.id, kind: 'carrier' });
  if (row === undefined || row.digest === null || readCarried(said) !== row.digest) {
    throw new Failure('CARRIER_UNKNOWN', `That is not the script that was last exported for VM ${vm.name}.`, {
      fix: agent('Export it again, and take that one over.', 'gc carrier export', vm.name, { out: 'FILE' }),
      facts: { id: shortId(vm.id) },
    });
  }
  ledger.write('enforcer.seen', (transaction) => {
    transaction.putEnforcer({ ...row, verifiedAt: context.clock.now() });
    auditVm(context, transaction, 'enforcer.seen', vm, { outcome: 'confirmed' });
  });
  return vm;
};
