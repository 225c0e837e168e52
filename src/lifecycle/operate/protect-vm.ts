import { type Check, Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { vmCalled } from '../caller/vm-called.ts';
import { auditVm } from '../trail/audit.ts';

const requireAlive = (vm: VmRecord): void => {
  if (vm.state !== 'terminated' && vm.state !== 'dormant' && vm.state !== 'stopping') return;
  throw new Failure('VM_NOT_READY', `VM ${vm.name} is ${vm.state}: there is nothing to protect.`, {
    facts: { id: shortId(vm.id), name: vm.name, state: vm.state },
  });
};

/**
 * Plans to protect a VM against being destroyed before its expiry, or to end that. Anybody may protect; only a person unprotects. The
 * expiry stays.
 */
export const planProtect = async (
  context: ReadContext,
  { reference, protect }: { reference: string; protect: boolean },
  argumentsDigest: string,
): Promise<Plan<'vm protect'>> => {
  const ledger = await context.ledger();
  const vm = vmCalled(ledger, context, reference);
  requireAlive(vm);
  const message = `VM ${vm.name} would lose its protection: that needs approval.`;
  const asks = !protect && vm.protected;
  const failing: Check[] = asks ? [{ code: 'APPROVAL_NEEDED', figure: 'off', limit: 'on', message }] : [];
  const terms = {
    network: context.network,
    account: vm.account,
    payer: vm.payer,
    action: 'vm protect',
    arguments: argumentsDigest,
    vm: vm.id,
    protect,
  };
  return makePlan(context.clock.now(), {
    action: 'vm protect',
    terms,
    subject: { id: vm.id, protect },
    verdict: asks ? 'approve' : 'allow',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    summary: `${protect ? 'Protect' : 'Unprotect'} ${vm.name} (${shortId(vm.id)}).`,
    name: vm.name,
  });
};

/** Applies the plan, judging the row again in the transaction that changes it: `PLAN_MOVED` where the change has come to need a person. */
export const protectVm = async (context: ChangeContext, plan: Plan<'vm protect'>): Promise<{ vm: VmRecord; changed: boolean }> => {
  const { id, protect } = plan.subject;
  const ledger = await context.ledger();
  if (plan.approval === null && ledger.vm(id)!.protected === protect) return { vm: ledger.vm(id)!, changed: false };
  return ledger.write('vm.protect', (transaction) => {
    const vm = transaction.vm(id)!;
    requireAlive(vm);
    if (!protect && vm.protected && plan.approval === null) {
      throw new Failure('PLAN_MOVED', 'Since the plan was made the VM was protected. Nothing was changed; make the call again.');
    }
    consumeApproval(context, transaction, plan, { id: vm.operation, account: vm.account });
    if (vm.protected === protect) return { vm, changed: false };
    const row = transaction.updateVm(id, { protected: protect, updatedAt: context.clock.now() });
    auditVm(context, transaction, 'vm.protect', row, { outcome: protect ? 'protected' : 'unprotected' });
    return { vm: row, changed: true };
  });
};
