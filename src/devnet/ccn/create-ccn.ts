import type { Hono } from 'hono';
import { createApp } from '../http/create-app.ts';
import type { Faults } from '../http/faults.ts';
import type { Chain, ChainEvent, ChainInstance } from '../world/chain.ts';
import type { DevnetClock } from '../world/clock.ts';
import type { DevnetRandom } from '../world/random.ts';
import { aggregateValue } from './aggregates.ts';
import type { CcnHost } from './ccn-host.ts';
import type { CcnNode } from './ccn-node.ts';
import { createCcnNode } from './ccn-node.ts';
import { contentModels } from './content/content-models.ts';
import type { RequirementsRule } from './content/instance.ts';
import { creditBalance } from './credits/credits.ts';
import { collectFiles } from './files/file-store.ts';
import type { Incoming } from './message.ts';
import type { OfficialAggregate } from './official-state.ts';
import { putAggregate, putOfficialState } from './official-state.ts';
import type { Bill, Meter, Operator, OperatorKey } from './operator.ts';
import { createOperator } from './operator.ts';
import { parseMessage } from './parse-message.ts';
import { totalOf } from './pricing/cost-line.ts';
import { addRoutes } from './routes/add-routes.ts';
import { signatureHolds } from './signature.ts';
import type { CcnState } from './state.ts';
import { emptyState } from './state.ts';
import { readState, writeState } from './state-text.ts';

export interface CcnOptions {
  clock: DevnetClock;
  random: DevnetRandom;
  faults: Faults;
  /** Signs distributions and expenses. */
  operator: OperatorKey;
  /** Beside pricing, settings and vm-images, which are always there and may be replaced here. */
  officialAggregates?: readonly OfficialAggregate[];
  /** Further addresses that may distribute and expend credits. */
  creditSenders?: readonly string[];
  /** From one host to the other, ms. */
  ccnDelayMs?: number;
  processMs?: number;
  confirmMs?: number;
  syncMs?: number;
  /** Between expense posts, ms. */
  expenseEveryMs?: number;
  requirementsRule?: RequirementsRule;
  /** What `save` gave. */
  saved?: string;
}

export interface Ccn {
  app(host: 'a' | 'b'): Hono;
  chain: Chain;
  /** What host `host` knows; for tests and the state report. */
  state(host: 'a' | 'b'): CcnState;
  /** Distributes whole credits at once, on both hosts; `expiresAt` in ms. */
  fund(address: string, credits: bigint, expiresAt?: number): void;
  /** The same for many in one message; a signature costs some 20 ms. */
  distribute: Operator['distribute'];
  /** Distributes the credits of one payment, which everybody hears of at once. */
  sell: Operator['sell'];
  /** Posts the expenses that have accrued, without waiting for the cadence. */
  bill(): void;
  bills(): Bill[];
  putAggregate(aggregate: OfficialAggregate, host?: 'a' | 'b'): void;
  save(): string;
}

interface Saved {
  a: CcnState;
  b: Partial<CcnState>;
  meters: Meter[];
}

const DAY_MS = 24 * 3_600_000;

/** The official sender of distributions and expenses (protocol-ccn §5.6). */
const CREDIT_SENDER = '0x2E4454fAD1906c0Ce6e45cBFA05cE898Ac3AC1dC';

const createChain = (node: CcnNode, clock: DevnetClock): Chain => {
  const listeners: Record<ChainEvent, ((subject: string) => void)[]> = { processed: [], forgotten: [], removed: [], aggregate: [] };
  node.on((event, subject) => {
    for (const listener of listeners[event]) listener(subject);
  });
  const { state } = node;
  const instance = (hash: string): ChainInstance | null => {
    const row = state.messages.get(hash);
    if (row?.envelope.type !== 'INSTANCE' || row.filled === null || row.processedAt === null) return null;
    const { sender, channel, time } = row.envelope;
    return { hash, sender, owner: row.filled.address, channel, time, content: row.filled, status: row.status };
  };
  return {
    status: (hash) => state.messages.get(hash)?.status ?? null,
    type: (hash) => state.messages.get(hash)?.envelope.type ?? null,
    instance,
    instances: () =>
      [...state.messages.values()]
        .filter((row) => row.envelope.type === 'INSTANCE' && (row.status === 'processed' || row.status === 'removing'))
        .map((row) => row.envelope.item_hash),
    creditBalance: (address) => creditBalance(state, address, clock.now()),
    pricePerSecond: (hash) => {
      const cost = state.costs.get(hash);
      return cost === undefined ? null : totalOf(cost.lines, 'credit');
    },
    aggregate: (address, key) => aggregateValue(state, address, key),
    on: (event, listener) => {
      listeners[event].push(listener);
    },
  };
};

/** The signature is a fact about bytes: the second host need not find it out again. */
const rememberedSignatures = (): typeof signatureHolds => {
  const verdicts = new Map<string, boolean>();
  return (message) => {
    const key = [message.chain, message.sender, message.type, message.item_hash, message.signature].join(' ');
    const verdict = verdicts.get(key) ?? signatureHolds(message);
    verdicts.set(key, verdict);
    return verdict;
  };
};

/** Two core channel nodes that hear of each other's messages with a delay, and the operator that bills. */
export const createCcn = (options: CcnOptions): Ccn => {
  const { clock, random, faults, operator: key, ccnDelayMs = 2000, processMs = 300, confirmMs = 600_000, syncMs = 30_000 } = options;
  const requirementsRule = options.requirementsRule ?? 'node-optional';
  const saved = options.saved === undefined ? null : readState<Saved>(options.saved);
  const models = contentModels(requirementsRule);
  const rules = {
    creditSenders: [CREDIT_SENDER, key.address, ...(options.creditSenders ?? [])],
    models,
    signatureHolds: rememberedSignatures(),
  };

  const makeNode = (name: 'a' | 'b'): CcnNode => {
    const state = { ...emptyState(), ...saved?.[name] };
    if (saved === null) putOfficialState(state, options.officialAggregates ?? [], clock.now());
    return createCcnNode({ clock, random: random.fork(`ccn ${name}`), rules, state, processMs, confirmMs });
  };
  const nodes = { a: makeNode('a'), b: makeNode('b') };
  // Whichever host took a file in, the other fetches it when it needs it.
  const { files, contents, grace } = nodes.a.state;
  Object.assign(nodes.b.state, { files, contents, grace });
  clock.every(DAY_MS, () => collectFiles([nodes.a.state, nodes.b.state], clock.now()));

  const deliver = (to: 'a' | 'b', message: Incoming): void => {
    const delay = faults.strike(`ccn-${to}`, 'propagation')?.ms ?? ccnDelayMs;
    clock.at(clock.now() + delay, () => nodes[to].ingest(message));
  };
  const makeHost = (name: 'a' | 'b'): CcnHost => ({
    name: `ccn-${name}`,
    node: nodes[name],
    clock,
    faults,
    requirementsRule,
    syncMs,
    gossip: (message) => deliver(name === 'a' ? 'b' : 'a', message),
  });
  const app = (name: 'a' | 'b'): Hono => addRoutes(createApp(`ccn-${name}`, { clock, faults }), makeHost(name));
  const apps = { a: app('a'), b: app('b') };

  const publish = (raw: unknown, everywhere: boolean): void => {
    const message = parseMessage(raw, models);
    if (message === null) throw new Error('The operator posted something that is no message.');
    nodes.a.ingest(message, 'at once');
    if (everywhere) nodes.b.ingest(message, 'at once');
    else deliver('b', message);
  };
  const operator = createOperator({ clock, node: nodes.a, key, publish, meters: saved?.meters ?? [] });
  clock.every(options.expenseEveryMs ?? 3_600_000, operator.bill);

  return {
    app: (host) => apps[host],
    chain: createChain(nodes.a, clock),
    state: (host) => nodes[host].state,
    fund: (address, credits, expiresAt) =>
      operator.distribute([{ address, amount: credits, ...(expiresAt === undefined ? {} : { expiresAt }) }]),
    distribute: operator.distribute,
    sell: operator.sell,
    bill: operator.bill,
    bills: operator.bills,
    putAggregate: (aggregate, host) => {
      for (const name of ['a', 'b'] as const)
        if (host === undefined || host === name) putAggregate(nodes[name].state, aggregate, clock.now());
    },
    save: () => {
      // what the hosts share is written once
      const { files: _files, contents: _contents, grace: _grace, ...b } = nodes.b.state;
      return writeState({ a: nodes.a.state, b, meters: operator.meters() });
    },
  };
};
