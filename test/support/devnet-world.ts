import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainEnvironment, type Ran, runBinary, wordsOf } from './binary.ts';
import { type ServedDevnet, serveDevnet } from './served-devnet.ts';

export interface Home {
  /** State of the program. */
  state: string;
  /** Where commands run. */
  cwd: string;
  env: Record<string, string>;
  /** Runs a command line without the program's name. */
  run(line: string | readonly string[], options?: { stdin?: string; env?: Readonly<Record<string, string>> }): Promise<Ran>;
  /** The same, with an error unless it ends with 0. */
  must(line: string | readonly string[], options?: { stdin?: string; env?: Readonly<Record<string, string>> }): Promise<Ran>;
}

export interface DevnetWorld extends Home {
  devnet: ServedDevnet;
  /** The devnet's time. */
  now(): Promise<number>;
  /** Another home that uses the same devnet and may not change it. */
  another(): Home;
  close(): Promise<void>;
}

/** Waits of the devnet's time: far longer than a boot takes, so that a busy machine does not end them. */
const timeout = '30m';

/** Where `gc install` would put something of ours into this machine, it meets a crontab in a file and no systemd. */
const hostPrograms = (folder: string): string => {
  const bin = join(folder, 'bin');
  const table = join(folder, 'crontab');
  mkdirSync(bin, { recursive: true });
  const crontab = `#!/bin/sh\ncase $1 in -l) cat '${table}' 2>/dev/null || exit 1 ;; -) cat >'${table}' ;; esac\n`;
  writeFileSync(join(bin, 'crontab'), crontab, { mode: 0o755 });
  for (const name of ['systemctl', 'launchctl']) writeFileSync(join(bin, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return bin;
};

const homeAt = (folder: string, more: Readonly<Record<string, string>>): Home => {
  const state = join(folder, 'state');
  const cwd = join(folder, 'work');
  mkdirSync(state, { recursive: true });
  mkdirSync(cwd, { recursive: true });
  const env = {
    ...plainEnvironment(folder),
    PATH: `${hostPrograms(folder)}:${process.env['PATH'] ?? ''}`,
    ALEPH_AGENT_HOME: state,
    ALEPH_AGENT_NETWORK: 'devnet',
    ALEPH_AGENT_TIMEOUT: timeout,
    ...more,
  };
  const run: Home['run'] = (line, options = {}) =>
    runBinary(typeof line === 'string' ? wordsOf(line) : line, {
      env: { ...env, ...options.env },
      cwd,
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    });
  const must: Home['must'] = async (line, options) => {
    const ran = await run(line, options);
    if (ran.exit !== 0) throw new Error(`aleph-agent ${String(line)} ended with ${ran.exit}: ${ran.stdout}${ran.stderr}`);
    return ran;
  };
  return { state, cwd, env, run, must };
};

/** A devnet served by the binary, with a fresh home of its own. */
export const devnetWorld = async (up = '--nodes 12 --seed 7 --guests exec --clock waits'): Promise<DevnetWorld> => {
  const root = mkdtempSync(join(tmpdir(), 'aleph-agent-'));
  const own = homeAt(join(root, 'h0'), {});
  const devnet = await serveDevnet(own.state, wordsOf(up), own.cwd);
  let homes = 0;
  return {
    ...own,
    devnet,
    now: async () => ((await (await fetch(new URL('/time', devnet.data.endpoints.control))).json()) as { now: number }).now,
    another: () => homeAt(join(root, `h${++homes}`), { ALEPH_AGENT_DEVNET: devnet.data.endpoints.control }),
    close: async () => {
      await devnet.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
};

/** A home without any devnet. */
export const lonelyHome = (): Home & { close(): void } => {
  const root = mkdtempSync(join(tmpdir(), 'aleph-agent-'));
  return { ...homeAt(root, {}), close: () => rmSync(root, { recursive: true, force: true }) };
};
