import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decimal } from 'decimal.js';
import { accounts, type DevnetAccount, namedAccount, START_CREDITS } from './accounts.ts';
import { type Ccn, createCcn } from './ccn/create-ccn.ts';
import type { Chain } from './chain.ts';
import { createClock, type DevnetClock } from './clock.ts';
import { createApp } from './create-app.ts';
import { createDispatch, type Dispatch } from './create-dispatch.ts';
import { answerAt } from './crn/answer-at.ts';
import { mapPorts } from './crn/boot-vm.ts';
import { createCrn } from './crn/create-crn.ts';
import { createFleet } from './crn/create-fleet.ts';
import type { Crn } from './crn/crn.ts';
import { seedNodes } from './crn/seed-nodes.ts';
import { sweepEveryMs, sweepNode } from './crn/sweep-node.ts';
import { corechannel, corechannelOwner } from './crns-list/corechannel.ts';
import { type DevnetOrigins, inProcessOrigins } from './devnet-origins.ts';
import type { DevnetSaved } from './devnet-saved.ts';
import { createFaults, type Faults } from './faults.ts';
import { createSilentHost } from './guests/create-silent-host.ts';
import { createSshHost } from './guests/create-ssh-host.ts';
import type { GuestAnswer, GuestHost } from './guests/guest-host.ts';
import { createRandom } from './random.ts';
import { createScheduler, observeEveryMs, type Scheduler, watchEveryMs } from './scheduler/scheduler.ts';

export interface DevnetOptions {
  /** Fixes accounts, nodes, chance. */
  seed: number;
  /** How many compute nodes. */
  nodes: number;
  /** The devnet's time at the start, ms. A saved state brings its own. */
  at: number;
  /** `none`: no sockets. `banner`: real SSH that refuses commands. `exec`: commands run on this machine, without isolation. */
  guests: 'none' | 'banner' | 'exec';
  /** Beside the ten accounts; USD as a decimal string. */
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
  /** Called when control is told to go down. */
  onDown?: () => void;
}

export interface Devnet {
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
  /** Like the global one, by the devnet's origins; rejects where a real connection would break. */
  fetch: Dispatch['fetch'];
  handlers: Dispatch['handlers'];
  /** How a guest answers at its SSH port by the devnet's state, sockets or not. */
  guestAnswers(host: string, port: number): GuestAnswer;
  save(): DevnetSaved;
  /** Ends clock, guests and their commands; temporary folders go. */
  close(): Promise<void>;
}

/** 1 USD is 1,000,000 credits. */
const creditsOf = (usd: string): bigint => BigInt(new Decimal(usd).mul(1_000_000).toFixed(0, Decimal.ROUND_DOWN));

const createGuests = ({ guests, guestFolder, seed }: DevnetOptions): { host: GuestHost; clean: () => void } => {
  if (guests === 'none') return { host: createSilentHost(), clean: () => undefined };
  const folder = guestFolder ?? mkdtempSync(join(tmpdir(), 'aleph-agent-guests-'));
  const clean = (): void => (guestFolder === undefined ? rmSync(folder, { recursive: true, force: true }) : undefined);
  return { host: createSshHost({ folder, seed, exec: guests === 'exec' }), clean };
};

/** Runs what nodes and scheduler do by themselves. Forwards follow their aggregate as it changes (nodes watch messages since 1.11). */
const startLoops = (clock: DevnetClock, chain: Chain, crns: readonly Crn[], scheduler: Scheduler): void => {
  clock.every(sweepEveryMs, () => crns.forEach(sweepNode));
  clock.every(watchEveryMs, scheduler.watch);
  clock.every(observeEveryMs, scheduler.observe);
  chain.on('aggregate', (subject) => {
    const [owner, key] = subject.split('/');
    if (key !== 'port-forwarding') return;
    for (const crn of crns)
      for (const vm of Object.values(crn.state.vms))
        if (vm.spec.owner === owner && vm.phase === 'running') void mapPorts(crn, vm).catch(() => undefined);
  });
};

/** Assembles an Aleph network in this process: two CCN hosts, nodes, node list, scheduler, accounts, on one clock that stands still. */
export const createDevnet = (options: DevnetOptions): Devnet => {
  const { seed, saved } = options;
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
    operator: namedAccount(seed, 'operator'),
    officialAggregates: [nodeList],
    ...(options.ccnDelayMs === undefined ? {} : { ccnDelayMs: options.ccnDelayMs }),
    ...(options.expenseEveryMs === undefined ? {} : { expenseEveryMs: options.expenseEveryMs }),
    ...(saved === undefined ? {} : { saved: saved.ccn }),
  });
  if (saved !== undefined) ccn.putAggregate(nodeList);
  const { chain } = ccn;
  const guests = createGuests(options);
  const world = { clock, random, faults, chain, guests: guests.host };
  const crns = specs.map((spec, index) => createCrn(world, spec, origins.crns[index] ?? '', saved?.crns[spec.hash]));
  const scheduler = createScheduler({ chain, clock, faults, fleet: createFleet(crns) }, saved?.scheduler);
  startLoops(clock, chain, crns, scheduler);
  const known = accounts(seed);
  if (saved === undefined) for (const { address } of known) ccn.fund(address, START_CREDITS);
  for (const { address, usd } of options.fund ?? []) ccn.fund(address, creditsOf(usd));
  const token = options.token ?? randomBytes(24).toString('hex');
  const parts = { seed, clock, faults, ccn, chain, crns, scheduler, accounts: known, token, origins };
  const dispatch = createDispatch({ ...parts, control: createApp('control', { clock, faults }) });
  return {
    ...parts,
    fetch: dispatch.fetch,
    handlers: dispatch.handlers,
    guestAnswers: (host, port) => answerAt(crns, host, port),
    save: () => ({
      version: 1,
      seed,
      nodes: options.nodes,
      at: clock.now(),
      ccn: ccn.save(),
      crns: Object.fromEntries(
        crns
          .filter((crn) => Object.values(crn.state).some((part) => Object.keys(part).length > 0))
          .map((crn) => [crn.spec.hash, crn.state]),
      ),
      scheduler: [...scheduler.rows.values()],
    }),
    close: async () => {
      clock.stop();
      await guests.host.stop();
      guests.clean();
    },
  };
};
