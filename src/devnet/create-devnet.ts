import { randomBytes } from 'node:crypto';
import { Decimal } from 'decimal.js';
import { type Ccn, createCcn } from './ccn/create-ccn.ts';
import { createControl } from './control/create-control.ts';
import { createDispatch, type Dispatch } from './create-dispatch.ts';
import { answerAt } from './crn/node/answer-at.ts';
import { createCrn } from './crn/node/create-crn.ts';
import { createFleet } from './crn/node/create-fleet.ts';
import { seedNodes } from './crn/node/seed-nodes.ts';
import { type Crn, liveVms } from './crn/world/crn.ts';
import { corechannel, corechannelOwner } from './crns-list/corechannel.ts';
import { publicDocument } from './devnet-document.ts';
import { type DevnetSaved, saveCrns } from './devnet-saved.ts';
import type { CreditSale } from './evm/credit-sale.ts';
import type { DevnetEvm } from './evm/devnet-evm.ts';
import { createGuestHost, type GuestMode } from './guests/create-guest-host.ts';
import type { GuestAnswer } from './guests/guest-host.ts';
import { createFaults, type Faults } from './http/faults.ts';
import { createScheduler, type Scheduler } from './scheduler/scheduler.ts';
import { startLoops } from './start-loops.ts';
import { accounts, type DevnetAccount, namedAccount, START_CREDITS } from './world/accounts.ts';
import type { Chain } from './world/chain.ts';
import { createClock, type DevnetClock } from './world/clock.ts';
import { type DevnetOrigins, inProcessOrigins } from './world/devnet-origins.ts';
import { createRandom } from './world/random.ts';

export interface DevnetOptions {
  /** Fixes nodes and chance; accounts, too, unless its VMs run commands. */
  seed: number;
  /** How many compute nodes. */
  nodes: number;
  /** The devnet's time at the start, ms. A saved state brings its own. */
  at: number;
  guests: GuestMode;
  /** Beside the ten accounts, which have 10 USD each; USD as a decimal string. */
  fund?: readonly { address: string; usd: string }[];
  ccnDelayMs?: number;
  expenseEveryMs?: number;
  clock?: DevnetClock;
  origins?: DevnetOrigins;
  /** Private folders of guests go here and stay; a temporary folder, deleted at the end, when absent. */
  guestFolder?: string;
  saved?: DevnetSaved;
  /** What changes through control must show; random when absent. */
  token?: string;
  /** Where its credits are sold; nowhere when absent. */
  sale?: CreditSale;
  /** Control was told to go down. Nothing happens by itself. */
  onDown?: () => void;
}

export interface Devnet {
  id: string;
  seed: number;
  clock: DevnetClock;
  faults: Faults;
  ccn: Ccn;
  chain: Chain;
  crns: readonly Crn[];
  scheduler: Scheduler;
  accounts: readonly DevnetAccount[];
  token: string;
  origins: DevnetOrigins;
  /** null where its credits are sold nowhere. */
  evm: DevnetEvm | null;
  handlers: Dispatch['handlers'];
  /** Like the global one, by the devnet's origins; rejects where a real connection would break. */
  fetch: Dispatch['fetch'];
  /** How a guest answers at its SSH port by the devnet's state, sockets or not. */
  guestAnswers(host: string, port: number): GuestAnswer;
  save(): DevnetSaved;
  /** Ends clock, guests and their commands; temporary folders go. */
  close(): Promise<void>;
}

/** 1 USD is 1,000,000 credits. */
const creditsOf = (usd: string): bigint => BigInt(new Decimal(usd).mul(1_000_000).toFixed(0, Decimal.ROUND_DOWN));

const given = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

/** Assembles an Aleph network in this process: two CCN hosts, nodes, node list, scheduler, accounts, on one clock that stands still. */
export const createDevnet = (options: DevnetOptions): Devnet => {
  const { seed, saved, ccnDelayMs, expenseEveryMs } = options;
  const secret = saved?.secret ?? (options.guests === 'exec' ? randomBytes(32).toString('hex') : null);
  const keys = { seed, secret };
  const clock = options.clock ?? createClock(saved?.at ?? options.at);
  const random = createRandom(seed);
  const faults = createFaults(random.fork('faults'));
  const origins = options.origins ?? inProcessOrigins(options.nodes);
  const specs = seedNodes(random, options.nodes, options.at);
  const nodeList = { address: corechannelOwner, key: 'corechannel', content: corechannel(random, specs, origins.crns) };
  const ccn = createCcn({
    clock,
    random: random.fork('ccn'),
    faults,
    operator: namedAccount(keys, 'operator'),
    officialAggregates: [nodeList],
    ...given({ ccnDelayMs, expenseEveryMs, saved: saved?.ccn }),
  });
  if (saved !== undefined) ccn.putAggregate(nodeList);
  const { chain } = ccn;
  const guests = createGuestHost(options.guests, secret ?? String(seed), { clock, control: origins.control }, options.guestFolder);
  const world = { clock, random, faults, chain, guests };
  const crns = specs.map((spec, index) => createCrn(world, spec, origins.crns[index] ?? '', saved?.crns[spec.hash]));
  const scheduler = createScheduler({ chain, clock, faults, fleet: createFleet(crns) }, saved?.scheduler);
  startLoops(clock, chain, crns, scheduler);
  options.sale?.open(clock, ccn.sell);
  const known = accounts(keys);
  const first = saved === undefined ? known.map(({ address }) => ({ address, amount: START_CREDITS })) : [];
  const further = (options.fund ?? []).map(({ address, usd }) => ({ address, amount: creditsOf(usd) }));
  if (first.length + further.length > 0) ccn.distribute([...first, ...further]);
  const token = options.token ?? randomBytes(24).toString('hex');
  const id = saved === undefined ? randomBytes(16).toString('hex') : (saved.id ?? '');
  const evm = options.sale === undefined ? null : { rpc: options.sale.rpc, chain: options.sale.chain };
  const parts = { id, seed, clock, faults, ccn, chain, crns, scheduler, accounts: known, token, origins, evm };
  const control = createControl({
    clock,
    faults,
    ccn,
    sale: options.sale ?? null,
    token,
    hosts: [new URL(origins.control).hostname],
    document: () => publicDocument(parts),
    vmsByNode: () => Object.fromEntries(crns.filter((crn) => liveVms(crn).length > 0).map((crn) => [crn.host, liveVms(crn).length])),
    addresses: () => known.map(({ address }) => address),
    down: options.onDown ?? (() => undefined),
  });
  const { handlers, fetch } = createDispatch({ ...parts, control });
  return {
    ...parts,
    handlers,
    fetch,
    guestAnswers: (host, port) => answerAt(crns, host, port),
    save: () => ({
      version: 1,
      id,
      seed,
      secret,
      nodes: options.nodes,
      at: clock.now(),
      ccn: ccn.save(),
      crns: saveCrns(crns),
      scheduler: structuredClone([...scheduler.rows.values()]),
    }),
    close: async () => {
      clock.stop();
      await guests.stop();
    },
  };
};
