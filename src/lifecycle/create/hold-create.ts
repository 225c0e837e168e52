import { Failure } from '../../domain/failure/failure.ts';
import { newestHead } from '../../domain/ledger/journal.ts';
import { otherPayer } from '../../domain/ledger/vm-record.ts';
import type { OperationOf } from '../../domain/plan/operation-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { areFresh, type Figures } from '../account/read-figures.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { envelopeFor, orderOf, takeFrom } from '../approvals/envelopes.ts';
import { boundOperation } from '../caller/bound-operation.ts';
import { insertChild } from '../children/insert-child.ts';
import { requireAllowed } from '../operation/require-allowed.ts';
import { inProject } from '../policy/in-project.ts';
import { policyInForce } from '../policy/policy-in-force.ts';
import { isGuarded } from '../policy/require-own-roots.ts';
import { auditVm } from '../trail/audit.ts';
import { markHead } from '../trail/audit-head.ts';
import { refuseOnLostRows } from '../trail/refuse-on-lost-rows.ts';
import { judgeCreate } from './judge-create.ts';
import { requireFree } from './require-free.ts';
import { insertAttempt, type Signed } from './sign-attempt.ts';

/** A plan that makes a VM; a redeploy and a spawn make one as a create does. */
export type CreatePlan = Plan<'vm create' | 'vm redeploy' | 'vm spawn'>;

interface Held extends Signed {
  operation: OperationOf<'create'>;
  figures: Figures;
}

/** The signed message costs whom the plan names and these figures are of, on the channel that its grant has now. */
const requireSamePayer = ({ terms, subject }: CreatePlan, { vm, channel, figures }: Held): void => {
  const payers = [terms['payer'], subject.payer, vm.payer, figures.payer];
  if (payers.every((payer) => payer === vm.payer) && channel === figures.channel) return;
  throw new Failure('PLAN_MOVED', 'The grant of the account that pays has changed since the plan was made. Nothing was sent.');
};

/**
 * Judges the create again by the ledger's present rows, then commits hold, row and signed bytes, in one transaction without I/O: several
 * processes together cannot pass a limit. Returns the operation's id, which is an earlier operation's where the request id is bound
 * already; null (nothing committed) where the figures are too old by now.
 */
export const holdCreate = async (context: ChangeContext, plan: CreatePlan, held: Held): Promise<string | null> => {
  const ledger = await context.ledger();
  return ledger.write('create.hold', (transaction) => {
    const bound = boundOperation(transaction, context, 'vm create', plan.subject);
    if (bound !== null) return bound;
    if (!areFresh(context, held.figures)) return null;
    requireSamePayer(plan, held);
    requireFree(transaction, context, plan.subject);
    const scope = { account: plan.subject.account, network: context.network };
    const policy = inProject(policyInForce(transaction, scope, context), context);
    const named = plan.subject.envelope ?? null;
    const envelope = named === null ? null : envelopeFor(context, transaction, policy, { ...orderOf(plan.subject), id: named });
    const judged = judgeCreate(transaction, {
      network: context.network,
      policy,
      subject: plan.subject,
      figures: held.figures,
      now: context.clock.now(),
      agent: context.caller.agent,
      guarded: isGuarded(context, policy),
      approved: plan.approval !== null,
      enveloped: plan.approval === null && envelope !== null,
    });
    requireAllowed(judged, plan);
    refuseOnLostRows(transaction, plan.approval ?? envelope?.id ?? null, held.figures.listed);
    consumeApproval(context, transaction, plan, held.operation);
    if (plan.approval === null && envelope !== null) takeFrom(context, transaction, envelope, held.operation, judged.most);
    if (policy.row.acknowledgedBalance === null && held.vm.payer === held.vm.account) {
      transaction.putPolicy({ ...policy.row, acknowledgedBalance: held.figures.balance.credits, setAt: context.clock.now() });
    }
    transaction.insertOperation(held.operation);
    insertAttempt(transaction, held);
    if (plan.action === 'vm spawn') insertChild(context, transaction, policy, plan, held);
    auditVm(context, transaction, 'create.hold', held.vm, {
      outcome: 'held',
      credits: held.vm.hold,
      facts: {
        plan: plan.id,
        node: shortId(held.vm.node.hash),
        rate: held.vm.rate,
        name: held.vm.name,
        balance: String(held.figures.balance.credits),
        rootPolicy: context.rootPolicy() !== null,
        ...otherPayer(held.vm),
      },
    });
    markHead(context, transaction, { ...scope, seenAt: newestHead(held.figures.journal) });
    return held.operation.id;
  });
};
