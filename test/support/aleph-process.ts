import { type ChildProcess, spawn } from 'node:child_process';
import { binary, crashBinary, requireHints } from './binary.ts';

/** One JSON document as every command prints it, open enough to be looked into. */
export interface Document {
  ok: boolean;
  schema: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shapes of all commands, held to their schemas elsewhere
  data: any;
  error: {
    code: string;
    exit: number;
    message: string;
    sideEffects: string;
    fix?: { command: string | null };
    facts: Record<string, unknown>;
  };
  meta: { operation?: string; version: string };
}

export interface Ended {
  line: string;
  exit: number | null;
  /** What killed it, where something did. */
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The one document in stdout; throws unless stdout is exactly one line of JSON. */
  document(): Document;
}

interface Surroundings {
  env: Readonly<Record<string, string>>;
  cwd: string;
  stdin: string;
  /** Another OS user than the one who tests, who is root. */
  user?: OsUser;
}

export interface OsUser {
  name: string;
  uid: number;
  gid: number;
}

/** The built binary as a process of its own, still running: the one that can be killed at an effect point where that is asked for. */
export const startAleph = (
  line: readonly string[],
  { env, cwd, stdin, user }: Surroundings,
): { child: ChildProcess; ended: Promise<Ended> } => {
  const program = env['ALEPH_AGENT_CRASH'] === undefined ? binary : crashBinary;
  const child = spawn(process.execPath, [program, ...line], {
    env,
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // who never reads it may be gone before it is written
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit, signal) => {
      const words = line.join(' ');
      const document = (): Document => {
        if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`${words}: not one document but ${JSON.stringify(stdout)}, ${stderr}`);
        return JSON.parse(stdout) as Document;
      };
      requireHints(stdout).then(() => resolve({ line: words, exit, signal, stdout, stderr, document }), reject);
    });
  });
  return { child, ended };
};
