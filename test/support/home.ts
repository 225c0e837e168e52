import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { openLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { type Document, type Ended, type OsUser, startAleph } from './aleph-process.ts';
import { plainEnvironment, wordsOf } from './binary.ts';
import { useLedger } from './use-ledger.ts';

/** A command line without the program's name; in a text, quotes keep words together. */
type Line = string | readonly string[];

export interface LineOptions {
  /** Added to the home's environment. */
  env?: Readonly<Record<string, string>>;
  stdin?: string;
}

/** A home of the program, and the built binary in it. */
export interface Home {
  /** ALEPH_AGENT_HOME. */
  folder: string;
  /** Where its lines run. */
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Runs a line, as it is typed, to its end. */
  run(line: Line, options?: LineOptions): Promise<Ended>;
  /** Runs a line in JSON mode for what it answers; an error that shows the output unless it ends with 0. */
  must(line: Line, options?: LineOptions): Promise<Document['data']>;
  start(line: Line, options?: LineOptions): ReturnType<typeof startAleph>;
  /** Reads, or writes, the ledger in this process; closed again before this returns. */
  ledger<Result>(use: (ledger: ReturnType<typeof openLedger>) => Result): Result;
}

/** Where `gc install` would put something of ours into this machine, it meets a crontab in a file and no systemd. */
const hostPrograms = (machine: string): string => {
  const bin = join(machine, 'bin');
  const table = join(machine, 'crontab');
  mkdirSync(bin, { recursive: true });
  const crontab = `#!/bin/sh\ncase $1 in -l) if [ -f '${table}' ]; then cat '${table}'; else echo 'no crontab for me' >&2; exit 1; fi ;; -) cat >'${table}' ;; esac\n`;
  writeFileSync(join(bin, 'crontab'), crontab, { mode: 0o755 });
  for (const name of ['systemctl', 'launchctl']) writeFileSync(join(bin, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return bin;
};

/** The home in this folder, on a machine of its own in the folder beside it; of `user`, where root tests, who alone gets into it. */
export const homeAt = (folder: string, more: Readonly<Record<string, string>> = {}, user?: OsUser): Home => {
  const machine = `${folder}.machine`;
  const cwd = join(machine, 'work');
  mkdirSync(folder, { recursive: true });
  mkdirSync(cwd, { recursive: true });
  for (const each of user === undefined ? [] : [folder, machine, cwd]) {
    chownSync(each, user!.uid, user!.gid);
    chmodSync(each, 0o700);
  }
  const env = {
    ...plainEnvironment(machine),
    PATH: `${hostPrograms(machine)}:${process.env['PATH'] ?? ''}`,
    ALEPH_AGENT_NETWORK: 'devnet',
    ...more,
    ALEPH_AGENT_HOME: folder,
  };
  const start: Home['start'] = (line, options = {}) =>
    startAleph(typeof line === 'string' ? wordsOf(line) : line, {
      env: { ...env, ...options.env },
      cwd,
      stdin: options.stdin ?? '',
      ...(user === undefined ? {} : { user }),
    });
  return {
    folder,
    cwd,
    env,
    start,
    run: (line, options) => start(line, options).ended,
    async must(line, options) {
      const ran = await start(line, { ...options, env: { ...options?.env, ALEPH_AGENT_OUTPUT: 'json' } }).ended;
      if (ran.exit !== 0) throw new Error(`aleph-agent ${ran.line} ended with ${ran.exit ?? ran.signal}: ${ran.stdout}${ran.stderr}`);
      return ran.document().data;
    },
    ledger: (use) => useLedger(folder, use),
  };
};

/** Waits of the devnet's time: far longer than a boot takes, so that a busy machine does not end them. */
export const patient = { ALEPH_AGENT_TIMEOUT: '30m' } as const;

/** A home without any devnet. */
export const lonelyHome = (): Home & { close(): void } => {
  const root = mkdtempSync(join(tmpdir(), 'aleph-agent-'));
  return { ...homeAt(join(root, 'home'), patient), close: () => rmSync(root, { recursive: true, force: true }) };
};
