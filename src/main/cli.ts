import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registry } from '../commands/index.ts';
import type { Manifest } from '../contract/declare/manifest.ts';
import { registeredCommand } from '../contract/declare/registry.ts';
import { isDoneByAgentsSide, isOnWire } from '../contract/declare/wire.ts';
import { Failure } from '../domain/failure/failure.ts';
import { exitCodes } from '../domain/failure/failure-codes.ts';
import type { CliParts } from '../surfaces/cli/cli-parts.ts';
import type { Host } from '../surfaces/cli/print/host.ts';
import { plainSigns, speaksUtf8 } from '../surfaces/cli/print/plain-signs.ts';
import { runCli } from '../surfaces/cli/run-cli.ts';
import type { Stored } from '../surfaces/cli/stored.ts';
import type { World } from './context.ts';
import { crasher } from './crasher.ts';
import { deferred } from './deferred.ts';
import { interruption } from './host/interruption.ts';
import { lazily } from './lazily.ts';
import type { Warm } from './safe/warm.ts';
import { watchOutputs } from './watch-outputs.ts';

const read = (path: string): string | null => {
  try {
    return readFileSync(join(import.meta.dirname, path), 'utf8');
  } catch {
    return null;
  }
};

let known: string | null = null;

const version = (): string => {
  known ??= (JSON.parse(read('../../package.json') ?? '{}') as { version?: string }).version ?? '0.0.0';
  return known;
};

/** Written by the build; from source it is made of the registry. */
const manifest = lazily(async (): Promise<Manifest> => {
  const built = read('../manifest.json');
  if (built !== null) return JSON.parse(built) as Manifest;
  const { manifestOf } = await import('../contract/declare/manifest.ts');
  return manifestOf(registry);
});

/** Written by the build, of docs/; from source it is read there. */
const topics = async (): Promise<Record<string, string>> => {
  const built = read('../topics.json');
  if (built !== null) return JSON.parse(built) as Record<string, string>;
  const pages = readdirSync(join(import.meta.dirname, '../../docs')).filter((file) => file.endsWith('.md'));
  return Object.fromEntries(pages.map((file) => [file.slice(0, -3), read(`../../docs/${file}`) ?? '']));
};

/** The dashboard's; from source it is the one that was built last. */
const page = (): string => {
  const html = read('../page.html') ?? read('../../dist/page.html');
  if (html === null) throw new Failure('INTERNAL', 'The page is not built.', { sideEffects: 'none' });
  return html;
};

const commands = deferred(async () => {
  const { commandDirectory } = await import('./command-directory.ts');
  const { isJoined } = await import('../adapters/host/home.ts');
  return commandDirectory(registry, manifest, isJoined(process.env));
});

/** Open as long as this process is. */
const unlocked: World['unlocked'] = new Map();

/** What a safe has ready, while this process serves one. */
let warm: Warm | null = null;

/** stdin opens where it is read: a tenth of bare node, and most calls never do. */
const world = (): World => ({
  environment: process.env,
  machine: process,
  get stdin() {
    return process.stdin;
  },
  commands,
  get version() {
    return version();
  },
  unlocked,
  warm,
  rootPolicy: '/etc/aleph-agent/policy.json',
  // the build for users knows no such variable: there this is null, and the crasher is not in it
  crash: process.env['ALEPH_AGENT_CRASH'] === undefined ? null : crasher(process.env['ALEPH_AGENT_CRASH']),
});

/** A working folder that was removed is no project. */
const workingFolder = (): string | null => {
  try {
    return process.cwd();
  } catch {
    return null;
  }
};

const stored = async (): Promise<Stored> =>
  (await import('./settings.ts')).storedSettings({ environment: process.env, cwd: workingFolder(), uid: process.getuid?.() ?? null });

const parts: CliParts = {
  manifest,
  topics,
  load: (name) => registeredCommand(registry, name),
  stored,
  undeclared: 'pass',
  open(options) {
    const opened = import('./context.ts').then(({ openContexts }) => openContexts(world(), options));
    return {
      read: async () => (await opened).read(),
      change: async () => (await opened).change(),
      unheard: async () => (await opened).unheard(),
      close: async () => (await opened).close(),
    };
  },
  serveMcp: async (door) => {
    const [{ serveMcp }, all, { isJoined }] = await Promise.all([
      import('../surfaces/mcp/serve-mcp.ts'),
      manifest(),
      import('../adapters/host/home.ts'),
    ]);
    const { stdin, stdout } = process;
    // what an agent of a safe may never call is no tool of its
    const commands = isJoined(process.env) ? all.commands.filter(({ name }) => isOnWire(name) || isDoneByAgentsSide(name)) : all.commands;
    return serveMcp({ ...door, commands, load: parts.load, streams: { stdin, stdout }, secret: () => randomBytes(32) });
  },
  serveSafe: async (door) => {
    const [{ serveSafe }, { openWarm }, commands] = await Promise.all([import('./safe.ts'), import('./safe/warm.ts'), manifest()]);
    const served = openWarm(world());
    warm = served;
    return serveSafe({ ...world(), warm: served }, commands, parts, page, door).finally(served.close);
  },
  servePage: async (door) => {
    const { servePage } = await import('./page/serve-page.ts');
    return servePage(world(), parts, page(), door);
  },
  joined: async (signal) => {
    const { joinedFile } = await import('./joined.ts');
    const found = joinedFile(process.env);
    if (found === null) return null;
    const { joinedSafe } = await import('./joined-safe.ts');
    return joinedSafe(found, { manifest: await manifest(), signal });
  },
  consent: async () => (await import('../surfaces/ledger-consent.ts')).ledgerConsent,
};

/**
 * What is written looks as at a terminal of so many columns, wherever it goes, as `GH_FORCE_TTY` does it for gh, and nobody is asked; null
 * where that is not set.
 */
const forcedWidth = (): number | null => {
  const asked = process.env['ALEPH_AGENT_FORCE_TTY'] ?? '';
  return /^[1-9]\d{1,2}$/.test(asked) ? Number(asked) : null;
};

const host = (): Host => {
  const stop = interruption();
  // Windows has no locale of this kind, and shows UTF-8
  const seen = process.platform !== 'win32' && (process.stdout.isTTY === true || process.stderr.isTTY === true);
  return {
    argv: process.argv.slice(2),
    environment: process.env,
    version: version(),
    terminals: {
      get input() {
        return process.stdin.isTTY === true && forcedWidth() === null;
      },
      output: process.stdout.isTTY === true || forcedWidth() !== null,
      errors: process.stderr.isTTY === true || forcedWidth() !== null,
      live: process.stderr.isTTY === true && forcedWidth() === null && process.env['TERM'] !== 'dumb',
    },
    get width() {
      return forcedWidth() ?? process.stdout.columns ?? 0;
    },
    get height() {
      return process.stdout.rows ?? 0;
    },
    legible: (text) => (seen && !speaksUtf8(process.env) ? plainSigns(text) : text),
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    now: () => Date.now(),
    every(ms, task) {
      const timer = setInterval(task, ms).unref();
      return () => clearInterval(timer);
    },
    pause: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(done, ms);
        function done(): void {
          clearTimeout(timer);
          stop.signal.removeEventListener('abort', done);
          resolve();
        }
        stop.signal.addEventListener('abort', done);
        if (stop.signal.aborted) done();
      }),
    onKey(names, act) {
      const heard = (_typed: unknown, key: { name?: string; ctrl?: boolean } | undefined): void =>
        names.includes(`${key?.ctrl === true ? 'ctrl+' : ''}${key?.name}`) ? act() : undefined;
      process.stdin.on('keypress', heard);
      return () => process.stdin.off('keypress', heard);
    },
    mark: () => randomBytes(6).toString('hex'),
    ...stop,
  };
};

const flushed = (stream: NodeJS.WriteStream): Promise<void> => new Promise((resolve) => stream.write('', () => resolve()));

/** What the shell's completion asks for (`completion`): from local files alone, and silent about everything that goes wrong. */
const complete = async (words: readonly string[]): Promise<never> => {
  const { completions } = await import('./completion.ts');
  const lines = await completions({ words, manifest: await manifest(), environment: process.env }).catch(() => []);
  process.stdout.on('error', () => {});
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  await flushed(process.stdout);
  process.exit(0);
};

/** One command line of this process, from its arguments to its exit. */
export const start = async (): Promise<never> => {
  if (process.argv[2] === '__complete') return complete(process.argv.slice(process.argv[3] === '--' ? 4 : 3));
  // stderr is empty in JSON mode (conventions.md §1.1), and Node's warnings are for us, not for callers
  if (!process.argv.includes('--debug')) process.removeAllListeners('warning');
  // certificates are checked, whatever the environment says; Node reads this at each connection
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  const isAnswerLost = watchOutputs(process);
  const exit = await runCli(host(), parts);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(isAnswerLost() ? exitCodes.internal : exit);
};
