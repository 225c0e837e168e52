import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { OsUser } from './aleph-process.ts';
import { binary, plainEnvironment } from './binary.ts';
import { anvilBinary } from './devnet/anvil.ts';
import { makesOsUsers, osUsers } from './safe/os-users.ts';
import { atTerminal, keys } from './terminal.ts';
import { fits, linesOf, namedIn, parseTranscript, type Step } from './transcript.ts';

const folder = resolve(import.meta.dirname, '../transcripts');

const anvilPort = '8545';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** The files of test/transcripts by name. */
export const transcripts = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md');

/** Where one user of the machine types. */
interface Place {
  cwd: string;
  env: Record<string, string>;
  /** The OS user, where it is another than the one who runs the tests. */
  user?: OsUser;
}

/** A home with nothing in it but a command `aleph-agent`, as after an install. */
const freshHome = (user?: OsUser): Place => {
  const home = mkdtempSync(join(tmpdir(), 'aleph-agent-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const bin = join(home, 'bin');
  const cwd = join(home, 'work');
  mkdirSync(bin);
  mkdirSync(cwd);
  writeFileSync(join(bin, 'aleph-agent'), `#!/bin/sh\nexec "${process.execPath}" "${binary}" "$@"\n`);
  chmodSync(join(bin, 'aleph-agent'), 0o755);
  symlinkSync(anvilBinary(), join(bin, 'anvil'));
  for (const folder of user === undefined ? [] : [home, bin, cwd]) chownSync(folder, user!.uid, user!.gid);
  const plain = plainEnvironment(home);
  return { cwd, env: { ...plain, PATH: `${bin}:${plain['PATH']}` }, ...(user === undefined ? {} : { user }) };
};

/** The homes of those who type in a transcript, by their names: OS users of their own where root tests, this one's with another home elsewhere. */
const homesOf = (names: readonly string[]): Map<string | null, Place> => {
  const distinct = [...new Set(names)];
  const asked = makesOsUsers() && distinct.length > 0;
  const made = asked ? osUsers(...distinct.map((name) => `aa${name}${process.pid}`)) : { users: [], remove: () => undefined };
  const homes = new Map<string | null, Place>([
    [null, freshHome()],
    ...distinct.map((name, index) => [name, freshHome(made.users[index])] as const),
  ]);
  onTestFinished(made.remove);
  return homes;
};

/** As in a terminal: both streams in the order in which they were written. */
const start = (command: string, { cwd, env, user }: Place): { child: ChildProcess; output: () => string } => {
  const who = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  const child = spawn('sh', ['-c', `exec 2>&1; ${command}`], { cwd, env, ...who, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return { child, output: () => output };
};

const ended = (child: ChildProcess): Promise<number> => new Promise((done) => child.on('close', (code) => done(code ?? -1)));

const same = ({ command, line, expected }: Step, output: string, name: string): void => {
  if (fits(expected, linesOf(output))) return;
  expect(linesOf(output), `${name}:${line}: ${command}`).toEqual(expected);
  throw new Error(`${name}:${line}: ${command}: the output fits only as plain text`);
};

/** Serves until the test ends; resolves once it has printed what the transcript shows of it. */
const serve = async (step: Step, home: Place, name: string): Promise<void> => {
  const { child, output } = start(`exec ${step.command}`, home);
  const end = ended(child);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await end;
  });
  const printed = new Promise<void>((done) => {
    child.stdout!.on('data', () => {
      if (fits(step.expected, linesOf(output()))) done();
    });
  });
  await Promise.race([printed, end]);
  same(step, output(), name);
};

const run = async (step: Step, home: Place): Promise<{ exit: number; output: string }> => {
  const { child, output } = start(step.command, home);
  return { exit: await ended(child), output: output() };
};

/** The same with a person at a terminal. `[..]` is typed as the question asks for it. */
const answer = async (step: Step, { cwd, env }: Place): Promise<{ exit: number; output: string }> => {
  const terminal = atTerminal(step.command, { cwd, env, columns: 400, rows: 60, shell: true });
  for (const words of step.typed) {
    const asked = await terminal.shows(/Type .+? to approve:|\(y\/N\)/);
    terminal.press(`${words === '[..]' ? (/Type (?:the amount \()?(.+?)\)? to approve:/.exec(asked)?.[1] ?? 'y') : words}${keys.enter}`);
  }
  return { exit: await terminal.exit, output: terminal.whole() };
};

/** Types everything that a transcript types, and holds what is printed against what it shows. */
export const runTranscript = async (name: string): Promise<void> => {
  const text = readFileSync(join(folder, name), 'utf8');
  // a lesson names anvil's usual port, which may be taken here
  const here = text.includes(anvilPort) ? text.replaceAll(anvilPort, String(await freePort())) : text;
  const steps = parseTranscript(here);
  const homes = homesOf(steps.flatMap(({ user }) => user ?? []));
  for (const step of steps) {
    const home = homes.get(step.user)!;
    const variable = /^export (\w+)=(\S+)$/.exec(step.command);
    if (variable !== null) home.env[variable[1]!] = variable[2]!;
    else if (step.background) await serve(step, home, name);
    else {
      const { exit, output } = await (step.typed.length === 0 ? run(step, home) : answer(step, home));
      same(step, output, name);
      expect(exit, `${name}:${step.line}: ${step.command}`).toBe(step.exit);
      for (const { env } of homes.values()) Object.assign(env, namedIn(step.expected, linesOf(output)));
    }
  }
};
