import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openCloud } from '../../src/adapters/aleph/open-cloud.ts';
import { clientFiles } from '../../src/adapters/clients/client-files.ts';
import { openEvm } from '../../src/adapters/evm/open-evm.ts';
import { type HomeFolders, homeFolders } from '../../src/adapters/host/home.ts';
import { inspectMachine } from '../../src/adapters/host/inspect-machine.ts';
import { tightenModes } from '../../src/adapters/host/lax-modes.ts';
import { namedFiles } from '../../src/adapters/host/named-files.ts';
import { privateFiles } from '../../src/adapters/host/private-files.ts';
import { openKeystore } from '../../src/adapters/keystore/open-keystore.ts';
import { type OpenLedger, openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { openSettings } from '../../src/adapters/settings/open-settings.ts';
import { openSignatures } from '../../src/adapters/signatures/open-signatures.ts';
import { openArchives } from '../../src/adapters/tar/open-archives.ts';
import { registry } from '../../src/commands/index.ts';
import { createDevnet, type Devnet, type DevnetOptions } from '../../src/devnet/create-devnet.ts';
import type { NewFault } from '../../src/devnet/http/fault.ts';
import { parseFault } from '../../src/devnet/http/parse-fault.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import type { EffectPoint } from '../../src/domain/ledger/effect-points.ts';
import type { VmRecord } from '../../src/domain/ledger/vm-record.ts';
import type { RootPolicy } from '../../src/domain/limits/root-policy.ts';
import { draws } from '../../src/domain/trials/draws.ts';
import { commandDirectory } from '../../src/main/command-directory.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { Phase } from '../../src/ports/progress.ts';
import type { Random } from '../../src/ports/random.ts';
import { backupsAt } from './backups-at.ts';
import { knownManifest } from './known-manifest.ts';

export const network = 'devnet';
export const startAt = Date.parse('2026-11-20T12:00:00Z');

/** A key that nobody has the private half of. */
const sshKey = `ssh-ed25519 ${Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, 9)]).toString('base64')}`;

export interface World {
  devnet: Devnet;
  /** The account whose key is in the keystore; it has 10 USD. */
  account: string;
  /** One ledger, however many contexts (processes) work on it. */
  ledger: OpenLedger;
  keysOf(random: Random): ChangeContext['keys'];
  settings: ChangeContext['settings'];
  folders: HomeFolders;
  /** Awaits work while the devnet's clock jumps from one due task to the next. */
  run<Result>(work: Promise<Result>): Promise<Result>;
  /** Adds faults in the words of `devnet fault`: `ccn-a status 503 path=/price`. Returns a function that lifts them. */
  fault(...lines: (string | NewFault)[]): () => void;
  /** Its end, and so the end of all calls in it; of some worlds nothing is left to end. */
  over?: AbortSignal;
  close(): Promise<void>;
}

/** A seeded source, so that a world goes the same way again. */
export const seededRandom = (seed: number): Random => {
  const fraction = draws(seed);
  return { fraction, bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(fraction() * 256)) };
};

/** A devnet in this process, of three sound nodes (2.x, 1.x, 2.x), with a home whose one key, unencrypted, is that of its first account. */
export const openWorld = async (options: Partial<DevnetOptions> = {}): Promise<World> => {
  const devnet = createDevnet({ seed: 7, nodes: 3, at: startAt, guests: 'none', ...options });
  const home = mkdtempSync(join(tmpdir(), 'aleph-agent-'));
  const folders = homeFolders({ ALEPH_AGENT_HOME: home });
  const files = privateFiles();
  const settings = openSettings({ file: folders.settings, files, ignored: false });
  const keysOf = (random: Random): ChangeContext['keys'] =>
    openKeystore({
      folder: folders.keys,
      files,
      settings,
      clock: devnet.clock,
      random,
      passphrase: async () => {
        throw new Error('the key has no passphrase');
      },
      account: null,
    });
  const [first] = devnet.accounts;
  const secret = Buffer.from(first!.privateKey);
  const { address: account } = await keysOf(seededRandom(1)).import({ name: 'agent', network, secret, passphrase: null });
  const ledger = openMemoryLedger({ now: devnet.clock.now, network });
  const over = new AbortController();
  // all contexts of a world listen: that is no leak
  setMaxListeners(0, over.signal);
  return {
    devnet,
    account,
    ledger,
    keysOf,
    settings,
    folders,
    run: (work) => devnet.clock.drive(work),
    fault(...lines) {
      const added = lines.map((line) => devnet.faults.add(typeof line === 'string' ? parseFault(line.split(' ')) : line));
      return () => added.forEach(({ id }) => void devnet.faults.remove(id));
    },
    over: over.signal,
    async close() {
      over.abort();
      await devnet.close();
      ledger.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
};

/** The process of a context is gone: everything that it still tries throws this. */
export class Death extends Error {}

export interface ContextOptions {
  /** Another ledger than the world's: a machine that lost its own, or never had it. Not closed. */
  ledger?: OpenLedger;
  /** A world to share with other contexts; a new one, closed with the test, when absent. */
  world?: World;
  devnet?: Partial<DevnetOptions>;
  seed?: number;
  /** How far its clock is ahead of the devnet's, ms. */
  skewMs?: number;
  /** The agent that calls. */
  agent?: string;
  /** Where its safe is served by TLS. */
  servedAt?: string;
  task?: string | null;
  /** The account that is to pay. */
  payer?: string | null;
  /** The project file that holds where it works. */
  project?: ChangeContext['preferences']['project'];
  /** The machine's own policy. */
  rootPolicy?: RootPolicy;
  timeoutMs?: number;
  alerts?: ChangeContext['host']['alerts'];
  /** What an SSH command in a guest meets; a failure when absent. */
  exec?: ChangeContext['shell']['exec'];
  /** Sees every request before it leaves; may throw to break it off. */
  onRequest?: (request: Request) => void | Promise<void>;
  /** What becomes of an answer on its way back. */
  spoil?: (response: Response, request: Request) => Promise<Response>;
  /** Adds a third CCN host, which answers what the first does, changed by this. */
  third?: (response: Response, request: Request) => Promise<Response>;
  /** A host that answers by itself, and lets the devnet know nothing; null leaves the request to the devnet. */
  instead?: (request: Request) => Promise<Response | null>;
  /** What stands between the context and the devnet's EVM node. */
  evm?: typeof globalThis.fetch;
  /** Called at every effect and at every request; throwing Death kills the context there. */
  crash?: (point: EffectPoint | 'request', when: 'before' | 'after') => void;
}

export interface TestContext extends World {
  context: ChangeContext;
  warnings: { code: string; message: string }[];
  phases: Phase[];
  /** `POST http://…`, in order. */
  requests: string[];
  interrupt(reason?: unknown): void;
  /** The rows of the account, oldest first. */
  vms(): VmRecord[];
  /** The devnet's bills of the account: what really cost. */
  bills(): ReturnType<Devnet['ccn']['bills']>;
}

/** Guests without sockets cannot be entered. */
const noSsh: ChangeContext['shell']['exec'] = async () => {
  throw new Failure('EXEC_FAILED', 'There is no SSH here.');
};

const thirdHost = 'http://ccn-c.devnet.test';

const unused = (name: string) => (): never => {
  throw new Error(`${name} is not used here`);
};

/** The context of one call over a world: the real adapters, the virtual clock, and SSH as the devnet's guests answer it. */
export const testContext = async (options: ContextOptions = {}): Promise<TestContext> => {
  const world = options.world ?? (await openWorld(options.devnet));
  if (options.world === undefined) onTestFinished(() => world.close());
  const { devnet, account } = world;
  const ledger = options.ledger ?? world.ledger;
  const random = seededRandom(options.seed ?? 1);
  const keys = world.keysOf(random);
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const warnings: TestContext['warnings'] = [];
  const warn = (code: string, message: string): void => void warnings.push({ code, message });
  const shown = new Set<string>();
  const phases: Phase[] = [];
  const requests: string[] = [];

  let dead = false;
  const alive = (): void => {
    if (dead) throw new Death();
  };
  const crash = (point: EffectPoint | 'request', when: 'before' | 'after'): void => {
    alive();
    try {
      options.crash?.(point, when);
    } catch (thrown) {
      dead ||= thrown instanceof Death;
      throw thrown;
    }
  };

  const clock = {
    now: () => devnet.clock.now() + (options.skewMs ?? 0),
    async wait(ms: number, signal?: AbortSignal) {
      alive();
      await devnet.clock.wait(ms, signal);
      alive();
    },
  };
  const kept = new Map<string, { at: number; text: string }>();
  const cache: ChangeContext['cache'] = {
    read(key, maxAgeMs) {
      const found = kept.get(key);
      return found !== undefined && clock.now() - found.at <= maxAgeMs ? { at: found.at, value: JSON.parse(found.text) } : null;
    },
    write: (key, value) => void kept.set(key, { at: clock.now(), text: JSON.stringify(value) }),
  };
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    alive();
    const request = new Request(input, init);
    requests.push(`${request.method} ${request.url}`);
    await options.onRequest?.(request.clone() as Request);
    crash('request', 'before');
    const isThird = request.url.startsWith(thirdHost);
    const meant = isThird ? new Request(request.url.replace(thirdHost, devnet.origins.ccnA), request.clone() as Request) : request;
    const honest = ((await options.instead?.(meant.clone() as Request)) ?? (await devnet.fetch(meant.clone() as Request))) as Response;
    const answer = isThird && options.third !== undefined ? await options.third(honest, request) : honest;
    const response = options.spoil === undefined ? answer : await options.spoil(answer, request);
    crash('request', 'after');
    return response;
  };
  const { origins } = devnet;
  const cloud = openCloud({
    network,
    hosts: {
      ccn: [origins.ccnA, origins.ccnB, ...(options.third === undefined ? [] : [thirdHost])],
      crnsList: origins.crnsList,
      scheduler: origins.scheduler,
      rpc: null,
      private: true,
      control: origins.control,
    },
    fetch: fetch as typeof globalThis.fetch,
    clock,
    // every peer lives in this process: how long it takes is told by the devnet's clock, never by how busy the machine is
    bounds: clock,
    random,
    cache,
    warn,
    signal: controller.signal,
    over: world.over,
  });
  const sale = devnet.evm;
  const evm = openEvm({
    chain: sale?.chain ?? null,
    rpcs: sale === null || sale === undefined ? [] : [sale.rpc],
    // a node of its own answers in real time, in which the clock goes no faster than anybody's
    fetch: (...asked) => {
      const answered = (options.evm ?? globalThis.fetch)(...asked);
      devnet.clock.hold(answered);
      return answered;
    },
    priceSources: () => world.settings.topUp().priceSources,
  });
  // Loading takes real time, in which the clock must not run on.
  await cloud.signing.prepare();
  await keys.signer('agent', network);

  const tracked: Ledger = {
    ...ledger,
    write(point, change) {
      crash(point, 'before');
      const result = ledger.write(point, change);
      crash(point, 'after');
      return result;
    },
  };
  const context: ChangeContext = {
    clock,
    random,
    cache,
    network,
    networkId: devnet.id,
    caller: {
      agent: options.agent ?? null,
      sshKey: null,
      task: options.task ?? null,
      payer: options.payer ?? null,
      namePrefix: null,
      person: false,
      purpose: null,
    },
    signatures: openSignatures(),
    rootPolicy: () => options.rootPolicy ?? null,
    settings: world.settings,
    preferences: { layers: () => [], account: [], project: options.project ?? null },
    safe: null,
    progress: { phase: (phase) => void phases.push(phase) },
    shell: {
      probe: async ({ host, port }) => {
        alive();
        return devnet.guestAnswers(host, port);
      },
      publicKey: async () => sshKey,
      exec: options.exec ?? noSsh,
      interact: unused('interact'),
      // nobody connects here: what the console shows is all that is ever pinned
      pinnedKeys: async () => [],
      hostKeyTrust: async (vm) => (shown.has(vm) ? 'console' : null),
      confirmHostKeys: async (vm, { keys, fingerprints }) => {
        if (keys.length + fingerprints.length > 0) shown.add(vm);
        return shown.has(vm) ? 'console' : null;
      },
      meet: async (vm, { port }) => (devnet.crns.some(({ state }) => state.ports[vm]?.['22']?.host === port) ? 'pinned' : 'another'),
      forgetHostKeys: async () => {},
    },
    host: {
      files: namedFiles({ stdin: (async function* () {})() }),
      archives: openArchives(),
      alerts: options.alerts ?? {
        file: async () => 'alerts.json',
        target: async () => ({ command: null, url: null }),
        check: async () => {},
        choose: unused('alerts'),
        deliver: async () => [],
      },
      reaperTimer: {
        install: unused('timers'),
        uninstall: unused('timers'),
        status: async () => null,
        lastInterval: async () => null,
        wasInstalled: async () => false,
      },
      safe: {
        addresses: async () => ({
          socket: { url: 'unix:/run/aleph-agent/agents.sock', pin: null, uid: 990 },
          tls: options.servedAt === undefined ? null : { url: options.servedAt, pin: 'a'.repeat(64), uid: null },
        }),
        join: unused('join'),
        leave: async () => null,
        guard: unused('guard'),
        answering: async () => null,
      },
      safeService: {
        plan: unused('services'),
        check: unused('services'),
        install: unused('services'),
        checkRemoval: unused('services'),
        planRemoval: unused('services'),
        uninstall: unused('services'),
        status: async () => null,
      },
      devnets: { serve: unused('devnets'), control: unused('devnets') },
      sandboxes: { open: unused('sandboxes') },
      provingGrounds: unused('provingGrounds'),
      surroundings: { untrusted: () => null, extraRoots: () => [], trustOwnRootsAlone: () => {} },
      clientFiles: async () => {
        const machine = join(world.folders.cache, 'machine');
        return clientFiles({ home: machine, cwd: join(machine, 'work'), file: world.folders.clients, files: privateFiles() });
      },
      inspect: async () => inspectMachine(world.folders, process.env),
      tighten: async () => tightenModes(world.folders),
    },
    backups: backupsAt(dirname(world.folders.ledger), { now: clock.now, signal: controller.signal }),
    commands: commandDirectory(registry, () => knownManifest(registry)),
    secrets: {
      asksForPassphrases: true,
      passphrase: unused('passphrase'),
      passphraseAgain: unused('passphrase'),
      readStdin: unused('stdin'),
    },
    signal: controller.signal,
    timeoutMs: options.timeoutMs ?? 20 * 60_000,
    keys,
    cloud: async () => cloud,
    evm: async () => evm,
    ledger: async () => tracked,
    warn,
    async effect(point, call) {
      crash(point, 'before');
      const result = await call();
      crash(point, 'after');
      return result;
    },
  };
  return {
    ...world,
    ledger,
    context,
    warnings,
    phases,
    requests,
    interrupt: (reason) => controller.abort(reason),
    vms: () => ledger.vms({ account, network }),
    bills: () => devnet.ccn.bills().filter(({ owner }) => owner === account),
  };
};
