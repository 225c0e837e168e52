import { Failure } from '../../domain/failure/failure.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { amountOf } from '../../domain/topup/token.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { EvmNode } from '../../ports/evm/evm.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { pinOwnRoots } from '../policy/require-own-roots.ts';
import { recordPayment } from '../transfer/record-payment.ts';
import { believed, type Verdict } from './believed.ts';
import { closeTopUp, type TopUpEnd } from './close-top-up.ts';
import { saleChain, saleNodes } from './credit-sale.ts';
import { distributed } from './distributed.ts';
import { paymentOf } from './payment-of.ts';
import { requireUntouched, untrue } from './require-untouched.ts';
import { sendTopUp } from './send-top-up.ts';

/** Blocks come every twelve seconds; the first looks are close together for chains that are quicker. */
const longestPauseMs = 6_000;

export interface Credited {
  operation: string;
  /** Hash of the transaction that paid. */
  transaction: string;
  /** Item hash of the POST that distributed the credits. */
  post: string;
  credits: bigint;
}

interface Patience {
  rpcs: readonly string[];
  /** Looks go on until then, ms of the context's clock. */
  untilMs: number;
}

/**
 * Brings a begun top-up to its end: sends its bytes wherever they are not known, waits until they are deep enough in the chain, then until two
 * CCN hosts show the credits. Idempotent; any number of processes may do it at once. Throws `TOPUP_FAILED` where it is proven that the
 * transaction pays nothing, `STILL_WAITING` while nothing is proven.
 */
export const settleTopUp = async (context: ChangeContext, id: string, { rpcs, untilMs }: Patience): Promise<Credited> => {
  const ledger = await context.ledger();
  const begun = ledger.operation(id)!;
  pinOwnRoots(context, await readPolicy(context, begun.account));
  const evm = await context.evm();
  const { confirmations } = saleChain(context, evm);
  const chain: Asked = { nodes: saleNodes(evm, rpcs), confirmations, told: new Set() };
  const delays = pollDelays(500, longestPauseMs);
  for (;;) {
    // another process may have ended it since
    const operation = ledger.operation(id)!;
    const others = await siblings(context, operation);
    if (operation.state === 'succeeded') return creditedBy(context, operation);
    if (operation.state === 'failed') return goOnWith(context, others, { rpcs, untilMs }, endedEarlier(operation));
    await requireUntouched(context, operation);
    const verdict = await look(context, operation, chain);
    if (verdict.kind === 'paid') await recordPaid(context, operation, verdict.block);
    const found = await distributed(context, [operation, ...others]);
    if (found.kind === 'shown') return credit(context, found.operation, found);
    // what the EVM nodes say ends it only where the network of the credits contradicts them in nothing
    if (verdict.kind === 'unpaid' && found.kind === 'none') {
      await end(context, operation, { failure: 'TOPUP_FAILED' });
      return goOnWith(context, others, { rpcs, untilMs }, failed(operation, verdict.by));
    }
    if (context.clock.now() >= untilMs) throw stillWaiting(operation, verdict);
    await context.clock.wait(delays(), context.signal);
  }
};

/** The nodes that one call asks, and the refusals of theirs that it told already. */
interface Asked {
  nodes: readonly EvmNode[];
  confirmations: number;
  told: Set<string>;
}

/** The other transactions with this nonce that did not end unpaid: of all of them at most one is ever paid. */
const siblings = async (context: ChangeContext, { account, network, id, plan, kind }: OperationRecord): Promise<OperationRecord[]> => {
  const { transaction, subject } = topUpOf({ id, kind, plan });
  return (await context.ledger()).operations({ account, network, kind: 'topup' }).filter((other) => {
    if (other.id === id || other.state === 'failed') return false;
    const { transaction: its, subject: theirs } = topUpOf(other);
    return its.nonce === transaction.nonce && theirs.chainId === subject.chainId;
  });
};

/** Goes on with the transaction that is or may be paid in the place of an ended one; throws how that one ended where there is none. */
const goOnWith = async (
  context: ChangeContext,
  others: readonly OperationRecord[],
  patience: Patience,
  ended: Failure,
): Promise<Credited> => {
  const next = others.find(({ state }) => state === 'succeeded') ?? others[0];
  if (next === undefined) throw ended;
  return settleTopUp(context, next.id, patience);
};

/** How a top-up was credited, by the audit trail. */
const creditedBy = async (context: ChangeContext, operation: OperationRecord): Promise<Credited> => {
  const [settled] = (await context.ledger()).effects({ operation: operation.id, point: 'topup.settled' });
  const facts = settled === undefined ? null : factsOf('topup.settled', settled);
  const credits = settled?.credits ?? null;
  if (facts === null || facts.post === null || credits === null) throw untrue(operation);
  return { operation: operation.id, transaction: facts.transaction, post: facts.post, credits };
};

/** Ends the top-up that was credited, and those that its nonce shuts out. */
const credit = async (
  context: ChangeContext,
  operation: OperationRecord,
  { post, credits }: { post: string; credits: bigint },
): Promise<Credited> => {
  const others = await siblings(context, operation);
  (await context.ledger()).write('topup.settled', (rows) => {
    closeTopUp(context, rows, operation, { post, credits });
    for (const other of others) closeTopUp(context, rows, other, { failure: 'TOPUP_FAILED' });
  });
  return { operation: operation.id, transaction: topUpOf(operation).transaction.hash, post, credits };
};

const end = async (context: ChangeContext, operation: OperationRecord, how: TopUpEnd): Promise<void> =>
  (await context.ledger()).write('topup.settled', (rows) => closeTopUp(context, rows, operation, how));

/** Hears what the nodes say, and sends the bytes to those that never heard of them. */
const look = async (context: ChangeContext, operation: OperationRecord, { nodes, confirmations, told }: Asked): Promise<Verdict> => {
  const { transaction, subject } = topUpOf(operation);
  const words = await Promise.all(nodes.map((node) => node.word(transaction, paymentOf(subject), confirmations)));
  const without = nodes.filter((_, index) => words[index]?.kind === 'unknown');
  if (without.length === 0 || (await isReplaced(context, operation))) return believed(words);
  // whoever knows them heard them from a process that died, or from another copy of this ledger
  const isKnown = words.some((word) => word !== null && word.kind !== 'unknown');
  for (const message of await sendTopUp(context, operation, { nodes: without, isKnown })) {
    if (!told.has(message)) context.warn('TRANSACTION_REFUSED', message);
    told.add(message);
  }
  return believed(words);
};

/** A node that took the dearer transaction does not take this one back. One that ended unpaid may never have been sent. */
const isReplaced = async (context: ChangeContext, { id, account, network }: OperationRecord): Promise<boolean> =>
  (await context.ledger())
    .operations({ account, network, kind: 'topup' })
    .some((other) => other.state !== 'failed' && topUpOf(other).subject.replaces === id);

const recordPaid = async (context: ChangeContext, operation: OperationRecord, block: number): Promise<void> => {
  const ledger = await context.ledger();
  const { hash } = topUpOf(operation).transaction;
  if (ledger.effects({ operation: operation.id, point: 'topup.paid' }).length > 0) return;
  ledger.write('topup.paid', (rows) =>
    recordPayment(context, rows, 'topup.paid', operation, { outcome: 'paid', credits: null, facts: { transaction: hash, block } }),
  );
};

const nameOf = (operation: OperationRecord): string => {
  const { subject } = topUpOf(operation);
  return `the top-up ${operation.id} of ${amountOf(BigInt(subject.units), subject.token)}`;
};

/** `failed` is proven by the receipt. What took the nonce was no transaction of this ledger, and may have moved the tokens. */
const failed = (operation: OperationRecord, by: 'failed' | 'overtaken'): Failure =>
  by === 'failed'
    ? unpaid(operation, 'the chain took its transaction and moved no tokens. They are still there', 'none')
    : unpaid(
        operation,
        'another transaction of the address took its nonce. A wallet that speeds a payment up makes one that pays: look what it did',
        'unknown',
      );

const endedEarlier = (operation: OperationRecord): Failure => {
  const { failure } = operation;
  return failure === null || failure === 'TOPUP_FAILED'
    ? unpaid(operation, 'an earlier call found that its transaction pays nothing', 'unknown')
    : unpaid(operation, `nothing of it was sent (${failure}). The tokens are still there`, 'none');
};

const unpaid = (operation: OperationRecord, why: string, sideEffects: 'none' | 'unknown'): Failure =>
  new Failure('TOPUP_FAILED', `${nameOf(operation).replace(/^t/, 'T')} ended without paying: ${why}.`, {
    sideEffects,
    ...(sideEffects === 'none' ? {} : { fix: human('Look at the address and its credits before you pay again.', 'credits history') }),
    facts: { operation: operation.id, transaction: topUpOf(operation).transaction.hash },
  });

const stillWaiting = (operation: OperationRecord, verdict: Verdict): Failure =>
  new Failure('STILL_WAITING', `Stopped waiting for ${nameOf(operation)}: ${verdict.words}.`, {
    sideEffects: 'unknown',
    fix: agent('Go on waiting: nothing else is paid.', 'credits topup', { resume: true }),
    facts: { operation: operation.id, transaction: topUpOf(operation).transaction.hash },
  });
