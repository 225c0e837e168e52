import { Failure } from '../../domain/failure/failure.ts';
import { type Facts, factsOf } from '../../domain/ledger/effect-facts.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { abandoned } from '../../domain/plan/kinds/abandon-top-up.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { amountOf } from '../../domain/topup/token.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { EvmNode } from '../../ports/evm/evm.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { pinOwnRoots } from '../policy/require-own-roots.ts';
import { recordPayment } from '../transfer/record-payment.ts';
import { believed, type Verdict } from './believed.ts';
import { closeTopUp, type TopUpEnd } from './close-top-up.ts';
import { provingNodes, saleChain } from './credit-sale.ts';
import { distributed } from './distributed.ts';
import { paymentOf } from './payment-of.ts';
import { requireUntouched, untrue } from './require-untouched.ts';
import { sendTopUp } from './send-top-up.ts';
import { mayHavePaid, siblingsOf, topUpsHere, wasPaid } from './top-ups-here.ts';

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
  nodes: readonly EvmNode[];
  /** Looks go on until then, ms of the context's clock. */
  untilMs: number;
}

/**
 * Brings a begun top-up to its end: sends its bytes wherever they are not known, waits until they are deep enough in the chain, then until two
 * CCN hosts show the credits. Idempotent; any number of processes may do it at once. Throws `TOPUP_FAILED` where it is proven that the
 * transaction pays nothing, `STILL_WAITING` while nothing is proven.
 */
export const settleTopUp = async (context: ChangeContext, id: string, { nodes, untilMs }: Patience): Promise<Credited> => {
  const ledger = await context.ledger();
  const begun = ledger.operation(id)!;
  pinOwnRoots(context, await readPolicy(context, begun.account));
  const { confirmations } = saleChain(context, await context.evm());
  const chain: Asked = { nodes, confirmations, told: new Set() };
  const delays = pollDelays(500, longestPauseMs);
  for (;;) {
    // another process may have ended it since
    const operation = ledger.operation(id)!;
    const others = siblingsOf(ledger, context, operation);
    if (operation.state === 'succeeded') return creditedBy(context, operation);
    if (operation.state === 'failed') return goOnWith(context, others, { nodes, untilMs }, endedEarlier(ledger, operation));
    await requireUntouched(context, operation);
    let verdict = await look(context, operation, chain);
    const hashes = others.map((other) => topUpOf(other).transaction.hash);
    // that another one of this nonce paid is no reason to end this one: with its bytes gone a lie could not be made good. The credits end both
    const payer = verdict.kind === 'paid' ? others[hashes.indexOf(verdict.transaction)] : undefined;
    if (verdict.kind === 'paid') await recordPaid(context, payer ?? operation, verdict);
    const seen = verdict.kind === 'paid' ? [verdict.transaction] : [];
    const found = await distributed(context, operation, [...mayHavePaid(ledger, [operation, ...others]), ...seen]);
    if (found.kind === 'shown') {
      return credit(context, others.find((_, index) => hashes[index] === found.transaction) ?? operation, found);
    }
    // what the EVM nodes say ends it only where the network of the credits contradicts them in nothing
    if (verdict.kind === 'unpaid' && found.kind === 'none') verdict = await proven(context, operation, chain);
    if (verdict.kind === 'unpaid' && found.kind === 'none') {
      await end(context, operation, { failure: 'TOPUP_FAILED' });
      return goOnWith(context, others, { nodes, untilMs }, failed(operation, verdict));
    }
    if (context.clock.now() >= untilMs) throw stillWaiting(payer ?? operation, verdict);
    await context.clock.wait(delays(), context.signal);
  }
};

/** The nodes that one call asks, and the refusals of theirs that it told already. */
interface Asked {
  nodes: readonly EvmNode[];
  confirmations: number;
  told: Set<string>;
}

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
  { post, credits, transaction }: { post: string; credits: bigint; transaction: string },
): Promise<Credited> => {
  const ledger = await context.ledger();
  const others = siblingsOf(ledger, context, operation);
  ledger.write('topup.settled', (rows) => {
    closeTopUp(context, rows, operation, { post, credits, transaction });
    for (const other of others) closeTopUp(context, rows, other, { failure: 'TOPUP_FAILED' });
  });
  return { operation: operation.id, transaction, post, credits };
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

/** What the nodes say that the top-up was begun with: other ones, which a call or a setting names, may bring it on and end nothing. */
const proven = async (context: ChangeContext, operation: OperationRecord, { nodes, confirmations }: Asked): Promise<Verdict> => {
  const { transaction, subject } = topUpOf(operation);
  const named = nodes.map(({ url }) => url);
  const proving = provingNodes(await context.evm(), named, subject.rpcs);
  return believed(await Promise.all(proving.map((node) => node.word(transaction, paymentOf(subject), confirmations))));
};

/** A node that took the dearer transaction does not take this one back. One that ended unpaid may never have been sent. */
const isReplaced = async (context: ChangeContext, { id, account }: OperationRecord): Promise<boolean> =>
  topUpsHere(await context.ledger(), context, { account }).some(
    (other) => other.state !== 'failed' && topUpOf(other).subject.replaces === id,
  );

const recordPaid = async (context: ChangeContext, operation: OperationRecord, facts: Facts['topup.paid']): Promise<void> => {
  const ledger = await context.ledger();
  if (wasPaid(ledger, operation)) return;
  const { transaction, block } = facts;
  ledger.write('topup.paid', (rows) =>
    recordPayment(context, rows, 'topup.paid', operation, { outcome: 'paid', credits: null, facts: { transaction, block } }),
  );
};

const nameOf = (operation: OperationRecord): string => {
  const { subject } = topUpOf(operation);
  return `the top-up ${operation.id} of ${amountOf(BigInt(subject.units), subject.token)}`;
};

/** That it failed is proven by the receipt. What took the nonce was no transaction of this ledger, and may have moved tokens elsewhere. */
const failed = (operation: OperationRecord, { by, words }: Extract<Verdict, { kind: 'unpaid' }>): Failure =>
  by === null
    ? unpaid(operation, `${words}. They are still there`, 'none')
    : unpaid(operation, `${words} and is no payment of it: look what it did`, 'unknown');

const endedEarlier = (ledger: LedgerReader, operation: OperationRecord): Failure => {
  const { failure } = operation;
  const [settled] = ledger.effects({ operation: operation.id, point: 'topup.settled' });
  if (settled !== undefined && factsOf('topup.settled', settled).reason === abandoned) {
    return unpaid(operation, 'a person gave it up', 'unknown');
  }
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
