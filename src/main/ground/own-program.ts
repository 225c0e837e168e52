import { type ChildProcess, spawn } from 'node:child_process';
import { Failure } from '../../domain/failure/failure.ts';

/** What a child needs to run and to look right; nothing of the caller's own account, network or policy comes through. */
const kept = [
  ...['PATH', 'HOME', 'LANG', 'LC_ALL', 'TERM', 'TMPDIR', 'FORCE_COLOR', 'NO_COLOR', 'SystemRoot', 'COLUMNS'],
  // where compiled code is kept, of which a child needs none of its own
  ...['XDG_CACHE_HOME', 'ALEPH_AGENT_COMPILED', 'NODE_DISABLE_COMPILE_CACHE'],
];

export type Environment = Readonly<Record<string, string | undefined>>;

export const childEnvironment = (environment: Environment, home: string): Record<string, string> => ({
  ...Object.fromEntries(kept.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]))),
  ALEPH_AGENT_HOME: home,
  ALEPH_AGENT_NETWORK: 'devnet',
});

/** Node, and this program's own file. */
export interface Program {
  execPath: string;
  program: string;
}

export interface Manner {
  env: Record<string, string>;
  cwd?: string;
  uid?: number;
  gid?: number;
}

/** This very program as a child, with pipes for streams. */
export const startProgram = ({ execPath, program }: Program, args: readonly string[], manner: Manner): ChildProcess =>
  spawn(execPath, [program, ...args], { ...manner, stdio: ['pipe', 'pipe', 'pipe'] });

export interface FirstDocument<Data> {
  ok: true;
  data: Data;
}

interface Refusal {
  ok: false;
  error?: { code?: string; message?: string };
}

const notServed = (why: string): Failure => new Failure('DEVNET_NOT_RUNNING', `What was to serve did not start: ${why}`);

/** The first line of a child that serves: its document. `DEVNET_NOT_RUNNING` where it ends without one, or says why it does not serve. */
export const firstDocument = <Data>(child: ChildProcess): Promise<FirstDocument<Data>> =>
  new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      if (output.includes('\n')) return;
      output += chunk.toString('utf8');
      if (!output.includes('\n')) return;
      const [line = ''] = output.split('\n');
      try {
        const said = JSON.parse(line) as FirstDocument<Data> | Refusal;
        if (said.ok) resolve(said);
        else reject(notServed(`${said.error?.code}: ${said.error?.message}`));
      } catch {
        reject(notServed(line.slice(0, 300)));
      }
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', () => reject(notServed(errors.trim().slice(0, 300))));
  });
