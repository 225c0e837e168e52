import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox, Sandboxes } from '../ports/host/sandbox.ts';
import { childEnvironment, firstDocument, startProgram } from './ground/own-program.ts';

const program = join(import.meta.dirname, '../../bin/aleph-agent.js');

/** The SDK waits for ever. */
const sightMs = 5000;

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

interface Served {
  endpoints: { ccn: string };
}

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
    const start = (words: readonly string[], own: Record<string, string>): ChildProcess =>
      startProgram({ execPath: machine.execPath, program }, words, { env: own });
    const devnet = start(args, env);
    const ended = new Promise<void>((resolve) => devnet.on('close', () => resolve()));
    let ccn = '';
    const sandbox: Sandbox = {
      home,
      async seenFromOutside() {
        const { instancesBySdk } = await import('../adapters/aleph/messages/instances-by-sdk.ts');
        const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), sightMs).unref());
        return Promise.race([instancesBySdk(ccn).catch(() => null), late]);
      },
      run: (line, options) => collect(start(line, { ...env, ...looksAsHere(machine) }), options?.stdin ?? ''),
      async close() {
        devnet.kill('SIGTERM');
        await ended;
        await rm(home, { recursive: true, force: true });
      },
    };
    try {
      ccn = (await firstDocument<Served>(devnet)).data.endpoints.ccn;
    } catch (problem) {
      await sandbox.close();
      throw problem;
    }
    return sandbox;
  },
});
