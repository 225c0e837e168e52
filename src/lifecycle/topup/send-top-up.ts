import { Failure } from '../../domain/failure/failure.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { EvmNode } from '../../ports/evm/evm.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { refusal } from '../operation/refusal.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { policyChecks } from '../trail/policy-checks.ts';
import { requirePublic } from '../trail/require-public.ts';
import { recordPayment } from '../transfer/record-payment.ts';
import { failingOf } from './check-payment.ts';
import { closeTopUp } from './close-top-up.ts';
import { requirePrice } from './credit-sale.ts';

/** What was approved and not sent by then is not what anybody expects any more; plans last as long. */
const sentWithinMs = 10 * 60_000;

/**
 * Sends the bytes to these nodes; gives a sentence for each that refuses them. The first time (`isKnown`: no node has them either) everything
 * is checked again, and what is too old for it is ended: `PLAN_MOVED`. That they are sent is recorded before, and only while the row runs.
 */
export const sendTopUp = async (
  context: ChangeContext,
  operation: OperationRecord,
  { nodes, isKnown }: { nodes: readonly EvmNode[]; isKnown: boolean },
): Promise<string[]> => {
  const ledger = await context.ledger();
  if (!isKnown && !wasSent(ledger, operation)) await requireTimely(context, operation);
  requireOwnRoots(context, await readPolicy(context, operation.account));
  await requireRowPublic(context, operation);
  const { raw, hash } = topUpOf(operation).transaction;
  const runs = ledger.write('topup.send', (rows) => {
    // another process may have given the head up and ended the row, and what is public now is a later one
    if (rows.operation(operation.id)?.state !== 'running') return false;
    if (!wasSent(rows, operation)) {
      recordPayment(context, rows, 'topup.send', operation, { outcome: 'sent', credits: null, facts: { transaction: hash } });
    }
    return true;
  });
  if (!runs) return [];
  const answers = await context.effect('topup.broadcast', () => Promise.all(nodes.map((node) => node.broadcast({ raw, hash }))));
  return answers.flatMap((given, index) =>
    given.answer === 'refused' ? [`The node ${nodes[index]?.host} did not take the transaction: ${given.why}.`] : [],
  );
};

const wasSent = (rows: Pick<LedgerReader, 'effects'>, { id }: OperationRecord): boolean =>
  rows.effects({ operation: id, point: 'topup.send' }).length > 0;

const requireTimely = async (context: ChangeContext, operation: OperationRecord): Promise<void> => {
  const { subject } = topUpOf(operation);
  await requireClock(context);
  if (context.clock.now() - operation.startedAt > sentWithinMs) {
    const ended = (await context.ledger()).write('topup.settled', (rows) => {
      if (wasSent(rows, operation)) return false;
      closeTopUp(context, rows, operation, { failure: 'PLAN_MOVED' });
      return true;
    });
    if (!ended) return;
    throw new Failure('PLAN_MOVED', `The top-up ${operation.id} was not sent within ten minutes and is ended: nothing was paid.`, {
      sideEffects: 'none',
      fix: human('Make the call again: it asks anew.'),
      facts: { operation: operation.id },
    });
  }
  const [relied] = await Promise.all([policyChecks(context, operation.account), context.evm().then((evm) => requirePrice(evm, subject))]);
  const failing = failingOf(relied);
  if (failing.length > 0) throw refusal(failing, { id: topUpOf(operation).id, summary: `Send the top-up ${operation.id}.` });
};

/** Of several copies of a home one at most sends what one approval allows (product.md §1 rule 2). */
const requireRowPublic = async (context: ChangeContext, operation: OperationRecord): Promise<void> => {
  const [begun] = (await context.ledger()).effects({ operation: operation.id, point: 'topup.begin' });
  await requirePublic(
    context,
    { account: operation.account, row: begun!.seq, deadline: deadlineOf(context) },
    { point: 'topup.settled', release: (rows, failure) => closeTopUp(context, rows, operation, { failure }) },
  );
};
