import { Failure } from '../../domain/failure/failure.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { EvmNode, TransactionWord } from '../../ports/evm/evm.ts';
import { distributed } from './distributed.ts';
import { paymentOf } from './payment-of.ts';
import type { TopUpPlan } from './plan-top-up.ts';
import { isPaidFor, topUpsHere, wasPaid } from './top-ups-here.ts';

/**
 * Refuses to pay while an earlier top-up that ended as unpaid may be paid after all, or one that was seen paid may not be: its end was believed to nodes that this call does not
 * have to trust. `POSSIBLE_DUPLICATE`, or `RPC_UNAVAILABLE` where a node does not tell.
 */
export const requireSettled = async (
  context: ReadContext,
  { subject: { account, chainId } }: TopUpPlan,
  { nodes, nonce, confirmations }: { nodes: readonly EvmNode[]; nonce: number; confirmations: number },
): Promise<void> => {
  const ledger = await context.ledger();
  const rows = topUpsHere(ledger, context, { account });
  for (const operation of rows.filter(({ state }) => state !== 'succeeded')) {
    const { subject, transaction } = topUpOf(operation);
    // of two transactions with one nonce at most one is paid, so this one shuts that one out
    if (subject.chainId !== chainId || transaction.nonce === nonce) continue;
    // another one of its nonce was seen paid, and that one is looked at
    if (operation.state === 'running' && !wasPaid(ledger, operation) && isPaidFor(ledger, context, operation)) continue;
    const words = await Promise.all(nodes.map((node) => node.word(transaction, paymentOf(subject), confirmations)));
    // it only waits for its credits, or a person gave them up, where the nodes of this call say so too
    if (wasPaid(ledger, operation) && words.every((word) => word?.kind === 'paid')) continue;
    const lives = words.some((word) => word === null || word.kind === 'known' || word.kind === 'shallow' || word.kind === 'paid');
    if ((operation.state === 'failed' && !lives) || (await distributed(context, operation, payersOf(words))).kind === 'shown') continue;
    if (words.includes(null)) throw untold(operation.id);
    throw new Failure(
      'POSSIBLE_DUPLICATE',
      operation.state === 'failed'
        ? `The top-up ${operation.id} ended as unpaid, and a node knows its transaction: it may be paid after all. Nothing was paid now.`
        : `The top-up ${operation.id} was paid, and a node does not say so any more. Nothing was paid now.`,
      {
        fix: human('Look at the transaction; once its credits are there the same call goes on.', 'credits balance'),
        facts: { operation: operation.id, transaction: transaction.hash },
      },
    );
  }
};

/** The transactions that paid, by what nodes say: a wallet may have sped one up. */
const payersOf = (words: readonly (TransactionWord | null)[]): string[] =>
  words.flatMap((word) => (word?.kind === 'paid' ? [word.transaction] : []));

const untold = (operation: string): Failure =>
  new Failure('RPC_UNAVAILABLE', `A node does not tell what became of the earlier top-up ${operation}. Nothing was paid.`, {
    fix: human('Name another node with --rpc URL.'),
    facts: { operation },
  });
