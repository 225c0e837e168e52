import type { Check } from '../../domain/failure/failure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { type AbandonSubject, abandoned, topupAbandon } from '../../domain/plan/kinds/abandon-top-up.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import { amountOf } from '../../domain/topup/token.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { recordPayment } from '../transfer/record-payment.ts';
import { believed, type Verdict } from './believed.ts';
import { closeTopUp } from './close-top-up.ts';
import { provingNodes, saleChain } from './credit-sale.ts';
import { distributed } from './distributed.ts';
import { paymentOf } from './payment-of.ts';
import { requireUntouched } from './require-untouched.ts';
import { mayHavePaid, siblingsOf, topUpsHere, wasPaid } from './top-ups-here.ts';

export type AbandonPlan = Plan<'credits topup --abandon'>;

interface Wish {
  operation: string;
  rpcs: readonly string[];
}

/**
 * Plans to give a top-up up, which a person decides: only where two nodes prove that its transaction can never be mined any more, or that it was paid,
 * and two CCN hosts show no credits for it. `POSSIBLE_DUPLICATE` while it may still be paid or credited.
 */
export const planAbandonment = async (context: ReadContext, wish: Wish, argumentsDigest: string): Promise<AbandonPlan> => {
  const { address: account } = context.keys.current(context.network);
  requireOwnRoots(context, await readPolicy(context, account));
  const open = topUpsHere(await context.ledger(), context, { account, state: 'running' });
  const operation = open.find(({ id }) => id === wish.operation);
  if (operation === undefined) {
    const others = open.map(({ id }) => id).join(', ');
    throw new Failure(
      'OPERATION_NOT_FOUND',
      `No top-up ${wish.operation.slice(0, 60)} of ${account} is under way${others === '' ? '' : `; under way: ${others}`}.`,
    );
  }
  const { subject, asks } = await lookAt(context, operation, wish.rpcs);
  return makePlan(context.clock.now(), {
    action: 'credits topup --abandon',
    terms: { network: context.network, action: 'credits topup --abandon', ...subject, arguments: argumentsDigest },
    subject,
    verdict: 'approve',
    failing: [asks],
    checks: [{ ...asks, ok: false }],
    notes: [
      'Nothing is sent and nothing is paid. The top-up stays in the ledger and in credits history.',
      ...(subject.how === 'uncredited' ? ['Should credits still come, they are yours: the network gives them to the address.'] : []),
    ],
    summary: `${topupAbandon.what({ subject, summary: '', cost: null })}.`,
    name: operation.id,
  });
};

/** Gives the top-up up as it was approved, once everything that was proven then is proven anew. */
export const abandonTopUp = async (context: ChangeContext, plan: AbandonPlan, rpcs: readonly string[]): Promise<AbandonSubject> => {
  const ledger = await context.ledger();
  const operation = ledger.operation(plan.subject.operation);
  requireOwnRoots(context, await readPolicy(context, plan.subject.account));
  if (plan.approval === null) throw new Failure('APPROVAL_NEEDED', `A person must approve this: ${plan.summary}`);
  if (operation?.state !== 'running') throw moved(plan.subject);
  const { subject, block } = await lookAt(context, operation, rpcs);
  const { how, by, account } = subject;
  if (canonicalJson(subject) !== canonicalJson(plan.subject)) throw moved(plan.subject);
  const others = siblingsOf(ledger, context, operation);
  ledger.write('topup.settled', (rows) => {
    if (rows.operation(operation.id)?.state !== 'running') throw moved(plan.subject);
    consumeApproval(context, rows, plan, { id: operation.id, account });
    if (how === 'uncredited' && by !== null && !wasPaid(rows, operation)) {
      recordPayment(context, rows, 'topup.paid', operation, { outcome: 'paid', credits: null, facts: { transaction: by, block } });
    }
    closeTopUp(context, rows, operation, { failure: 'TOPUP_FAILED', reason: abandoned });
    for (const other of others) closeTopUp(context, rows, other, { failure: 'TOPUP_FAILED' });
  });
  return subject;
};

/** Of transactions with one nonce at most one is ever paid: all of them have to be over, or this one paid. */
const lookAt = async (
  context: ReadContext,
  operation: OperationRecord,
  rpcs: readonly string[],
): Promise<{ subject: AbandonSubject; block: number; asks: Check }> => {
  const evm = await context.evm();
  const { confirmations } = saleChain(context, evm);
  await requireUntouched(context, operation);
  const nodes = provingNodes(evm, rpcs, topUpOf(operation).subject.rpcs);
  const verdictOf = async (one: OperationRecord): Promise<Verdict & { taken: boolean }> => {
    await requireUntouched(context, one);
    const { transaction, subject } = topUpOf(one);
    const words = await Promise.all(nodes.map((node) => node.word(transaction, paymentOf(subject), confirmations)));
    return { ...believed(words), taken: words.every((word) => word?.kind === 'overtaken') };
  };
  const ledger = await context.ledger();
  const same = siblingsOf(ledger, context, operation);
  const [verdict, others] = await Promise.all([verdictOf(operation), Promise.all(same.map(verdictOf))]);
  const open = verdict.kind === 'paid' ? undefined : [verdict, ...others].find(({ kind, taken }) => kind !== 'unpaid' && !taken);
  if (open !== undefined) throw alive(operation, open.words);
  const by = verdict.kind === 'open' ? null : verdict.kind === 'paid' ? verdict.transaction : verdict.by;
  const credits = await distributed(context, operation, [...mayHavePaid(ledger, [operation, ...same]), ...(by === null ? [] : [by])]);
  if (credits.kind === 'shown') throw alive(operation, 'its credits came');
  if (credits.kind === 'doubtful') {
    throw new Failure(
      'NETWORK_UNAVAILABLE',
      `Two CCN hosts have to say that no credits came for ${operation.id}, and they do not. Nothing changed.`,
    );
  }
  const how = verdict.kind === 'paid' ? 'uncredited' : verdict.taken ? 'overtaken' : 'failed';
  const { transaction, subject } = topUpOf(operation);
  const asks: Check = {
    code: 'APPROVAL_NEEDED',
    figure: how,
    limit: 'a person',
    message: `A person decides that nobody waits for ${operation.id} any more.`,
  };
  return {
    subject: {
      account: operation.account,
      operation: operation.id,
      transaction: transaction.hash,
      amount: amountOf(BigInt(subject.units), subject.token),
      how,
      by,
      nodes: nodes.map(({ host }) => host),
    },
    block: verdict.kind === 'paid' ? verdict.block : 0,
    asks,
  };
};

const alive = (operation: OperationRecord, words: string): Failure => {
  const { transaction } = topUpOf(operation);
  return new Failure(
    'POSSIBLE_DUPLICATE',
    `The top-up ${operation.id} is not over: ${words}. Given up now, it could be paid beside the next one. Nothing changed.`,
    {
      fix: human(
        `Go on with it, raise its fee with --replace, or use nonce ${transaction.nonce} for another transaction of the address with a wallet, and give it up then.`,
        'credits topup',
        { resume: true },
      ),
      facts: { operation: operation.id, transaction: transaction.hash },
    },
  );
};

const moved = ({ operation }: AbandonSubject): Failure =>
  new Failure('PLAN_MOVED', `What became of the top-up ${operation} is not what was approved. Nothing changed.`, {
    fix: human('Make the call again for a new plan.'),
    facts: { operation },
  });
