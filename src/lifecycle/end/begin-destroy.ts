import { Failure } from '../../domain/failure/failure.ts';
import { agreedToEndProtected, endedBy, judgeDestroy, protectionChecks } from '../../domain/judge/judge-destroy.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { childrensVms } from '../children/childrens-vms.ts';
import { canEnd } from './can-end.ts';
import { countedWith, destroyLimit } from './destroy-limit.ts';
import { isUnwritable } from './end-off-record.ts';
import { beginIn } from './tear-down.ts';

/** A plan that ends the VMs that it names. */
export type DestroyPlan = Plan<'vm destroy' | 'freeze' | 'agents revoke'>;

/**
 * Judges the plan's VMs again as they are now, uses the approval up where the plan needed one, and marks `stopping` all that this home can
 * end, in one transaction: several processes together cannot pass the limit on destroying at once. `PLAN_MOVED` where the plan has come to
 * need a person, or agents that live in these VMs have made others.
 */
export const beginDestroy = async (context: ChangeContext, plan: DestroyPlan): Promise<void> => {
  const ledger = await context.ledger();
  const { ids } = plan.subject;
  const withChildren = 'withChildren' in plan.subject && plan.subject.withChildren === true;
  if (plan.approval === null && endedBy(ids.map((id) => ledger.vm(id)!)).length === 0) return;
  const account = ledger.vm(ids[0] ?? '')?.account ?? '';
  const limit = await destroyLimit(context, account);
  const judged = (reader: LedgerReader): VmRecord[] => {
    const vms = endedBy(ids.map((id) => reader.vm(id)!));
    const wish = { limit, task: context.caller.task, now: context.clock.now() };
    const checks =
      plan.approval === null
        ? judgeDestroy(vms, countedWith(reader, context, account), wish)
        : protectionChecks(vms.filter((vm) => !agreedToEndProtected(plan.failing, vm)));
    const failing = checks.filter(({ ok }) => !ok);
    if (failing.length > 0) {
      throw new Failure('PLAN_MOVED', 'Since the plan was made it has come to need a person. Nothing was destroyed; make the call again.', {
        checks: failing,
      });
    }
    const [unplanned] = withChildren
      ? childrensVms(
          reader,
          ids.map((id) => reader.vm(id)!),
        )
      : [];
    if (unplanned !== undefined) {
      const { name, agent } = unplanned;
      throw new Failure(
        'PLAN_MOVED',
        `Since the plan was made agent ${agent} has made ${name}. Nothing was destroyed; make the call again.`,
      );
    }
    return vms;
  };
  try {
    ledger.write('destroy.begin', (transaction) => {
      const vms = judged(transaction);
      consumeApproval(context, transaction, plan, { id: shortId(plan.id), account });
      for (const vm of vms.filter((one) => canEnd(context, transaction, one))) beginIn(context, transaction, vm, 'destroy');
    });
  } catch (thrown) {
    if (!isUnwritable(thrown)) throw thrown;
    // Nothing can be marked: what may be ended by the rows as they are is ended off the record.
    judged(ledger);
  }
};
