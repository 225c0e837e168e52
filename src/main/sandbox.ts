import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../domain/failure/failure.ts';
import type { Sandbox, Sandboxes } from '../ports/host/sandbox.ts';

const binary = join(import.meta.dirname, '../../bin/aleph-agent.js');

/** What a child needs to run and to look right; nothing of the caller's own account, network or policy comes through. */
const kept = [
  ...['PATH', 'HOME', 'LANG', 'LC_ALL', 'TERM', 'TMPDIR', 'FORCE_COLOR', 'NO_COLOR', 'SystemRoot', 'COLUMNS'],
  // where compiled code is kept, of which a sandbox needs none of its own
  ...['XDG_CACHE_HOME', 'ALEPH_AGENT_COMPILED', 'NODE_DISABLE_COMPILE_CACHE'],
];

const childEnvironment = (environment: Readonly<Record<string, string | undefined>>, home: string): Record<string, string> => ({
  ...Object.fromEntries(kept.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]))),
  ALEPH_AGENT_HOME: home,
  ALEPH_AGENT_NETWORK: 'devnet',
});

/** The SDK waits for ever. */
const sightMs = 5000;

const start = (program: string, args: readonly string[], env: Record<string, string>): ChildProcess =>
  spawn(program, [binary, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });

const collect = (child: ChildProcess, stdin: string): Promise<{ exit: number; output: string }> =>
  new Promise((resolve, reject) => {
    let output = '';
    const add = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
    child.on('error', reject);
    child.on('close', (code) => resolve({ exit: code ?? 1, output }));
    child.stdin?.end(stdin);
  });

/** The first line of `devnet up`: its document. */
const firstLine = (child: ChildProcess): Promise<{ data: { endpoints: { ccn: string } } }> =>
  new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (output.includes('\n')) resolve(JSON.parse(output.split('\n')[0] ?? ''));
    });
    child.on('error', reject);
    child.on('close', () => reject(new Failure('DEVNET_NOT_RUNNING', 'The devnet of the sandbox did not start.')));
  });

interface Machine {
  execPath: string;
  env: Readonly<Record<string, string | undefined>>;
  stdout: object;
}

/** What is run for a person looks as if that person had typed it. */
const looksAsHere = ({ stdout }: Machine): Record<string, string> => {
  const { isTTY, columns = 80 } = stdout as { isTTY?: boolean; columns?: number };
  return isTTY === true ? { ALEPH_AGENT_FORCE_TTY: String(columns) } : {};
};

/** Sandboxes made of real processes of this very program, in a temporary home. */
export const openSandboxes = (machine: Machine): Sandboxes => ({
  async open({ nodes, seed }) {
    const home = await mkdtemp(join(tmpdir(), 'aleph-agent-demo-'));
    const env = childEnvironment(machine.env, home);
    const args = ['devnet', 'up', '--json', '--guests', 'exec', '--nodes', `${nodes}`, '--seed', `${seed}`, '--clock', 'waits'];
    const devnet = start(machine.execPath, args, env);
    const ended = new Promise<void>((resolve) => devnet.on('close', () => resolve()));
    let ccn = '';
    const sandbox: Sandbox = {
      home,
      async seenFromOutside() {
        const { instancesBySdk } = await import('../adapters/aleph/messages/instances-by-sdk.ts');
        const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), sightMs).unref());
        return Promise.race([instancesBySdk(ccn).catch(() => null), late]);
      },
      run: (line, options) => collect(start(machine.execPath, line, { ...env, ...looksAsHere(machine) }), options?.stdin ?? ''),
      async close() {
        devnet.kill('SIGTERM');
        await ended;
        await rm(home, { recursive: true, force: true });
      },
    };
    try {
      ccn = (await firstLine(devnet)).data.endpoints.ccn;
    } catch (problem) {
      await sandbox.close();
      throw problem;
    }
    return sandbox;
  },
});
