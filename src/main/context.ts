import { join } from 'node:path';
import { heardFetch } from '../adapters/aleph/http/heard-fetch.ts';
import { atWork, isAttending } from '../adapters/host/at-work.ts';
import { namedFiles } from '../adapters/host/named-files.ts';
import { openSurroundings } from '../adapters/host/open-surroundings.ts';
import { proxiedFetch } from '../adapters/host/proxied-fetch.ts';
import { shellAtClock } from '../adapters/host/shell-at-clock.ts';
import { systemClock } from '../adapters/host/system-clock.ts';
import { tracedFetch } from '../adapters/host/traced-fetch.ts';
import type { UnlockedKeys } from '../adapters/keystore/open-keystore.ts';
import type { HostMachine } from '../adapters/reaper-timer/host-machine.ts';
import { readRootPolicy } from '../adapters/root-policy/read-root-policy.ts';
import { openSignatures } from '../adapters/signatures/open-signatures.ts';
import type { Machine } from '../adapters/ssh/machine.ts';
import { Failure } from '../domain/failure/failure.ts';
import type { EffectPoint } from '../domain/ledger/effect-points.ts';
import type { RootPolicy } from '../domain/limits/root-policy.ts';
import type { ChangeContext, ReadContext } from '../ports/context.ts';
import type { Host } from '../ports/host/host.ts';
import type { CallOptions } from '../surfaces/cli/call-options.ts';
import { deferred } from './deferred.ts';
import { openBase } from './host/open-base.ts';
import { lazily } from './lazily.ts';
import type { Warm } from './safe/warm.ts';
import { withoutStdin } from './without-stdin.ts';

/** What timers and services run. */
const program = join(import.meta.dirname, '../../bin/aleph-agent.js');

export interface World {
  environment: Readonly<Record<string, string | undefined>>;
  /** The process itself, for children. */
  machine: Machine & HostMachine & Pick<NodeJS.Process, 'pid' | 'on' | 'once' | 'off' | 'kill'>;
  stdin: AsyncIterable<Uint8Array> & { isTTY?: boolean };
  commands: ReadContext['commands'];
  /** Of the program. */
  version: string;
  /** The keys that this process has open. */
  unlocked: UnlockedKeys;
  /** What calls that only look share, in a safe; null elsewhere. */
  warm: Warm | null;
  /** Where the machine's own policy stands: `/etc/aleph-agent/policy.json`, and elsewhere in tests alone. */
  rootPolicy: string;
  /** Kills this process at an effect point; null in what is released. */
  crash: ((point: EffectPoint, when: 'before' | 'after') => void) | null;
}

const changesNothing = (): never => {
  throw new Error('a call that only looks changes nothing');
};

/** The contexts of one call, from the real adapters. What is expensive loads on first use. */
export const openContexts = (machine: World, options: CallOptions) => {
  const world = options.stdin ? machine : withoutStdin(machine);
  const env = world.environment;
  const over = new AbortController();
  const closing: (() => void | Promise<void>)[] = [
    // a reason is given because the usual one is an error that is made, with its stack, for each call
    () => over.abort('over'),
  ];

  // nothing that changes anything is judged by what another call has read
  const warm = options.looks && options.agent !== null ? world.warm : null;
  if (options.agent !== null && !options.looks) closing.push(() => world.warm?.changed(options.agent!.name));

  const base = lazily(async () => {
    const opened = await openBase(world, options, warm);
    closing.push(opened.leave);
    return opened;
  });

  const signatures = openSignatures();
  const surroundings = openSurroundings(env);
  const proxied = () => proxiedFetch(env, fetch, surroundings.ownRootsAlone);
  let heard: ReturnType<typeof heardFetch> | null = null;

  let machinePolicy: { read: RootPolicy | null } | null = null;
  const rootPolicy = (): RootPolicy | null => {
    machinePolicy ??= { read: readRootPolicy(world.rootPolicy) };
    return machinePolicy.read;
  };

  const ledger = lazily(async () => {
    const { folders, clock, name } = await base();
    if (warm !== null) return { ...warm.ledger, ...warm.ledger.kept(clock.now), write: changesNothing };
    const { openLedger } = await import('../adapters/ledger/open-ledger.ts');
    const opened = openLedger({
      walker: join(import.meta.dirname, '../walk-thread.js'),
      path: folders.ledger,
      user: world.machine.getuid?.() ?? null,
      now: clock.now,
      network: name,
      ...(world.crash === null ? {} : { crash: world.crash }),
    });
    closing.push(() => opened.close());
    return opened;
  });

  const cloud = lazily(async () => {
    const { name, network, clock, random, cache } = await base();
    if (network instanceof Failure) throw network;
    const { openCloud } = await import('../adapters/aleph/open-cloud.ts');
    heard = heardFetch(proxied());
    const asking = options.trace === null ? heard.fetch : tracedFetch(heard.fetch, { trace: options.trace, hostOnly: false });
    const bounds = isAttending(clock) ? clock : undefined;
    const setup = { ...network, network: network.name, fetch: asking, clock, bounds, random, cache };
    const own = { warn: options.warn, signal: options.signal, over: over.signal };
    if (warm === null || isAttending(clock)) return openCloud({ ...setup, ...own });
    const whose = [name, options.account, options.payer].join(' ');
    const notBefore = warm.changedAt(options.agent!.name);
    return warm.looks.join(whose, { ...own, clock, notBefore, open: (shared) => openCloud({ ...setup, ...shared }) });
  });

  const evm = lazily(async () => {
    const { network, clock, settings } = await base();
    if (network instanceof Failure) throw network;
    const { openEvm } = await import('../adapters/evm/open-evm.ts');
    const { rpc, chain = null } = network.hosts;
    const rpcs = network.name === 'mainnet' ? settings.topUp().rpc : rpc === null ? [] : [rpc];
    const asking = options.trace === null ? proxied() : tracedFetch(proxied(), { trace: options.trace, hostOnly: true });
    const opened = openEvm({ chain, rpcs, fetch: asking, priceSources: () => settings.topUp().priceSources });
    return atWork(clock, { ...opened, node: (url: string) => atWork(clock, opened.node(url)) });
  });

  const shell = deferred(async () => {
    const { folders, files, clock } = await base();
    const { openShell } = await import('../adapters/ssh/open-shell.ts');
    const own = openShell({ folder: folders.ssh, files, clock: systemClock(), machine: world.machine });
    const opened = isAttending(clock) ? shellAtClock(clock, own) : own;
    if (options.trace === null) return opened;
    const { tracedShell } = await import('../adapters/ssh/traced-shell.ts');
    return tracedShell(opened, options.trace);
  });

  const alerts = deferred(async () => {
    const { folders, files, clock, random } = await base();
    const { openAlerts } = await import('../adapters/alerts/open-alerts.ts');
    return atWork(
      clock,
      openAlerts({ file: folders.alerts, files, clock: systemClock(), random, fetch: proxiedFetch(env, fetch, () => false) }),
    );
  });

  const reaperTimer = deferred(async () => {
    const { folders, files, clock } = await base();
    const { openReaperTimer } = await import('../adapters/reaper-timer/open-reaper-timer.ts');
    return atWork(clock, openReaperTimer({ machine: world.machine, files, program, folder: folders.logs }));
  });

  const archives = deferred(async () => (await import('../adapters/tar/open-archives.ts')).openArchives());
  const backups = deferred(async () => (await import('./host/backups.ts')).backupsOf(world, await base(), options.signal));
  const sandboxes = deferred(async () => (await import('./sandbox.ts')).openSandboxes(world.machine));
  const safeService = deferred(async () => (await import('./host/safe-service.ts')).safeServiceOf(world.machine, program));
  const devnets = deferred(async () => (await import('./devnet.ts')).devnetsOf({ ...(await base()), env, pid: world.machine.pid }));

  const safe = deferred(async () => {
    const { folders, files, random } = await base();
    return (await import('../adapters/safe/open-safe-place.ts')).openSafePlace({
      program: [world.machine.execPath, ...['bin', 'dist'].map((part) => join(import.meta.dirname, '../..', part))],
      folders,
      files,
      random,
      env,
      trust: surroundings,
      signal: options.signal,
    });
  });

  const host: Host = {
    files: namedFiles(world),
    archives,
    alerts,
    reaperTimer,
    devnets,
    sandboxes,
    surroundings,
    safe,
    safeService,
    provingGrounds: async () => (await import('./ground/open-grounds.ts')).openProvingGrounds(world.machine, program),
    clientFiles: async () => {
      const { folders, files } = await base();
      const { clientFiles } = await import('../adapters/clients/client-files.ts');
      return clientFiles({ home: env['HOME'] || null, cwd: '.', file: folders.clients, files });
    },
    inspect: async () => (await import('../adapters/host/inspect-machine.ts')).inspectMachine((await base()).folders, env),
    tighten: async () => (await import('../adapters/host/lax-modes.ts')).tightenModes((await base()).folders),
  };

  const context = lazily(async (): Promise<ChangeContext> => {
    const { random, settings, name, network, clock, cache, secrets, keys } = await base();
    const { agent, task, payer, namePrefix, person, purpose } = options;
    return {
      clock,
      random,
      cache,
      network: name,
      networkId: network instanceof Failure ? null : network.id,
      caller: { agent: agent?.name ?? null, sshKey: agent?.sshKey ?? null, task, payer, namePrefix, person, purpose },
      settings,
      preferences: options.preferences,
      progress: options.progress,
      shell,
      safe: options.safe,
      host,
      backups,
      commands: world.commands,
      signal: options.signal,
      timeoutMs: options.timeoutMs,
      keys,
      signatures,
      rootPolicy,
      secrets,
      cloud,
      evm,
      ledger,
      warn: options.warn,
      async effect(point, call) {
        world.crash?.(point, 'before');
        const result = await call();
        world.crash?.(point, 'after');
        return result;
      },
    };
  });

  return {
    read: (): Promise<ReadContext> => context(),
    change: warm === null ? context : changesNothing,
    async unheard() {
      const hosts = heard?.unheard() ?? [];
      if (hosts[0] === undefined) return null;
      const proxy = surroundings.proxyTo(hosts[0]);
      return { network: (await base()).name, hosts, proxy: proxy === null ? null : new URL(proxy.url).host };
    },
    async close() {
      for (const close of closing.splice(0)) await close();
    },
  };
};
