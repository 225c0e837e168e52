import { Failure } from '../../domain/failure/failure.ts';
import type { ProvisionSubject } from '../../domain/plan/kinds/provision.ts';
import type { NewOperation } from '../../domain/plan/operation-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { areFresh, type Figures } from '../account/read-figures.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { envelopeFor, orderOf, takeFrom } from '../approvals/envelopes.ts';
import { liveNamesake } from '../operation/live-namesake.ts';
import { refusal } from '../operation/refusal.ts';
import { inProject } from '../policy/in-project.ts';
import { policyInForce } from '../policy/policy-in-force.ts';
import { auditVm } from '../trail/audit.ts';
import { markHead } from '../trail/audit-head.ts';
import { refuseOnLostRows } from '../trail/refuse-on-lost-rows.ts';
import { judgeCreate } from './judge-create.ts';
import { insertAttempt, type Signed } from './sign-attempt.ts';

/** What makes a VM; a redeploy makes one as a create does. */
export type CreatePlan = Plan<'vm create' | 'vm redeploy'>;

interface Held extends Signed {
  operation: NewOperation<'create'>;
  figures: Figures;
}

/**
 * One transaction without I/O: everything is checked again against the ledger as it is now, and the hold, the row and the signed
 * bytes are stored. Any number of processes cannot pass a limit together. Returns the operation's id: another one's where the
 * request id is bound already. null, and nothing is stored, where the figures are too old by now.
 */
export const holdCreate = async (context: ChangeContext, plan: CreatePlan, held: Held): Promise<string | null> => {
  const ledger = await context.ledger();
  return ledger.write('create.hold', (transaction) => {
    const bound = boundOperation(transaction, context.network, plan.subject);
    if (bound !== null) return bound;
    if (!areFresh(context, held.figures)) return null;
    requireFree(transaction, context.network, plan.subject);
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
      approved: plan.approval !== null,
      enveloped: plan.approval === null && envelope !== null,
    });
    if (judged.verdict === 'deny') throw refusal(judged.failing, plan);
    if (judged.verdict === 'approve') {
      throw new Failure('PLAN_MOVED', 'Since the plan was made it has come to need approval. Nothing was sent; make the call again.', {
        checks: judged.failing,
      });
    }
    refuseOnLostRows(transaction, plan.approval ?? envelope?.id ?? null, held.figures.listed);
    consumeApproval(context, transaction, plan, held.operation);
    if (plan.approval === null && envelope !== null) takeFrom(context, transaction, envelope, held.operation, judged.most);
    if (policy.acknowledgedBalance === null) {
      transaction.putPolicy({ ...policy.row, acknowledgedBalance: held.figures.balance.credits, setAt: context.clock.now() });
    }
    transaction.insertOperation(held.operation);
    insertAttempt(transaction, held);
    auditVm(context, transaction, 'create.hold', held.vm, {
      outcome: 'held',
      credits: held.vm.hold,
      facts: { plan: plan.id, node: shortId(held.vm.node.hash), rate: held.vm.rate, name: held.vm.name },
    });
    markHead(context, transaction, { account: plan.subject.account, network: context.network });
    return held.operation.id;
  });
};

/** The operation that this request id names already; other arguments are a conflict, a failed one leaves the id free. */
export const boundOperation = (
  ledger: Pick<LedgerTransaction, 'operationByRequest'>,
  network: string,
  subject: Pick<ProvisionSubject, 'account' | 'requestId' | 'argumentsDigest'>,
): string | null => {
  if (subject.requestId === null) return null;
  const bound = ledger.operationByRequest({ account: subject.account, network, command: 'vm create', requestId: subject.requestId });
  if (bound === null || bound.state === 'failed') return null;
  if (bound.argumentsDigest === subject.argumentsDigest) return bound.id;
  throw new Failure('REQUEST_ID_CONFLICT', `Request id "${subject.requestId}" made operation ${bound.id} with other arguments.`, {
    facts: { operation: bound.id },
  });
};

/** No other VM of this name is alive, and no identical create is under way. */
export const requireFree = (
  ledger: Pick<LedgerTransaction, 'vms' | 'vmNamed' | 'operations'>,
  network: string,
  subject: Pick<ProvisionSubject, 'account' | 'name' | 'requestId' | 'argumentsDigest'>,
): void => {
  const running = ledger.operations({ account: subject.account, network, kind: 'create', state: 'running' });
  const twin =
    subject.requestId === null
      ? running.find((operation) => operation.requestId === null && operation.argumentsDigest === subject.argumentsDigest)
      : undefined;
  if (twin !== undefined) {
    const vm = ledger.vms({ operation: twin.id })[0];
    const otherwise = 'Wait for that one, or give each call a --request-id or a name of its own.';
    throw new Failure('POSSIBLE_DUPLICATE', `An identical create is under way (operation ${twin.id}).`, {
      fix: vm === undefined ? agent(otherwise) : agent(otherwise, 'vm wait', vm.name),
      facts: { operation: twin.id, ...(vm === undefined ? {} : { id: shortId(vm.id), name: vm.name }) },
    });
  }
  const namesake = liveNamesake(ledger, network, subject.name);
  if (namesake !== null) {
    throw new Failure('NAME_TAKEN', `VM ${shortId(namesake.id)} is alive under the name ${subject.name}.`, {
      fix: agent('Take another name, or --if-exists return.', 'vm show', subject.name),
      facts: { id: shortId(namesake.id), name: subject.name },
    });
  }
};
