import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { makeSafeWorld, type SafeWorld } from './safe-world.ts';
import { Skipped } from './skipped.ts';
import { type StubModel, stubModel } from './stub-model.ts';

export interface Ran {
  exit: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** Folders that come first in PATH. */
  path?: readonly string[];
  seconds?: number;
}

/** What the devnet bills one VM. */
interface Bill {
  hash: string;
  endedAt: number | null;
}

/** A machine with nothing on it but our packed package, a key with credits on a devnet, and a model on loopback. */
export interface World {
  model: StubModel;
  /** The user's home; nothing is in it but what ours and the clients wrote. */
  home: string;
  /** The package as npm installed it. */
  pack: string;
  /** An empty folder to work in. */
  project(name: string): string;
  /** Installs a package of npm's; returns its folder of programs. `Skipped` with what npm said where that fails. */
  install(name: string, spec: string, words?: readonly string[]): string;
  run(program: string, words: readonly string[], options?: RunOptions): Promise<Ran>;
  /** A line of ours in JSON mode, for its data. */
  must(words: readonly string[], cwd?: string): Promise<unknown>;
  bills(): Promise<Bill[]>;
  /** A safe over this home, with an agent of its own; the same one each time. */
  safe(): Promise<SafeWorld>;
  close(): Promise<void>;
}

/** No client may reach anything but this machine: whatever goes elsewhere meets a proxy that nobody serves. */
const offline = Object.fromEntries([
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => [name, 'http://127.0.0.1:9']),
  ...['NO_PROXY', 'no_proxy'].map((name) => [name, '127.0.0.1,localhost']),
]);

export const makeWorld = async (): Promise<World> => {
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-agents-'));
  const home = join(folder, 'home');
  mkdirSync(home);

  const install: World['install'] = (name, spec, words = []) => {
    const prefix = join(folder, name);
    mkdirSync(prefix);
    const line = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--ignore-scripts', ...words, spec];
    const { status, stderr } = spawnSync('npm', line, { encoding: 'utf8' });
    if (status !== 0) throw new Skipped(`npm install ${spec}: ${stderr.slice(-500)}`);
    return join(prefix, 'node_modules/.bin');
  };
  const [{ filename }] = JSON.parse(
    spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { encoding: 'utf8' }).stdout,
  ) as [{ filename: string }];
  const ours = install('ours', join(folder, filename));

  const envOf = ({ env = {}, path = [] }: RunOptions): Record<string, string> => ({
    ...offline,
    PATH: [...path, ours, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    ...env,
  });
  const run: World['run'] = (program, words, options = {}) =>
    new Promise((done) => {
      const child = spawn(program, words, { cwd: options.cwd ?? home, env: envOf(options), stdio: ['ignore', 'pipe', 'pipe'] });
      const ran: Ran = { exit: null, stdout: '', stderr: '' };
      const limit = setTimeout(() => child.kill('SIGKILL'), (options.seconds ?? 300) * 1000);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        ran.stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        ran.stderr += text;
      });
      child.once('error', ({ message }) => {
        ran.stderr += message;
      });
      child.once('close', (exit) => {
        clearTimeout(limit);
        done({ ...ran, exit });
      });
    });
  const must: World['must'] = async (words, cwd = home) => {
    const { exit, stdout, stderr } = await run('aleph-agent', [...words, '--json'], { cwd });
    if (exit !== 0) throw new Error(`aleph-agent ${words.join(' ')}: ${stdout}${stderr}`);
    return (JSON.parse(stdout) as { data: unknown }).data;
  };

  // VMs of this devnet run commands here, so that one can be used
  const words = ['devnet', 'up', '--guests', 'exec', '--nodes', '30', '--clock', 'waits', '--json'];
  const devnet = spawn('aleph-agent', words, { cwd: home, env: envOf({}), stdio: ['ignore', 'pipe', 'inherit'] });
  const { endpoints, token } = await new Promise<{ endpoints: { control: string }; token: string }>((served, failed) => {
    devnet.stdout.setEncoding('utf8').once('data', (text: string) => served((JSON.parse(text) as { data: never }).data));
    devnet.once('close', () => failed(new Error('devnet up ended early')));
  });
  await must(['keys', 'create', 'agent', '--unencrypted', '--network', 'devnet']);
  await must(['devnet', 'fund', '9', '--network', 'devnet']);
  const model = await stubModel();

  let safe: Promise<SafeWorld> | null = null;
  const world: World = {
    model,
    home,
    pack: join(dirname(ours), 'aleph-agent'),
    project(name) {
      const made = join(folder, 'work', name);
      mkdirSync(made, { recursive: true });
      return made;
    },
    install,
    run,
    must,
    async bills() {
      const response = await fetch(new URL('/bills', endpoints.control), { headers: { authorization: `Bearer ${token}` } });
      return ((await response.json()) as { bills: Bill[] }).bills;
    },
    safe() {
      safe ??= makeSafeWorld(world, { folder, envOf });
      return safe;
    },
    async close() {
      model.close();
      await safe?.then((one) => one.close());
      const ended = new Promise<void>((done) => devnet.once('close', () => done()));
      devnet.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
};
