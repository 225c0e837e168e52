import { execFile } from 'node:child_process';

/** What timers need to know of the machine; `process` is one. */
export interface HostMachine {
  env: Readonly<Record<string, string | undefined>>;
  platform: string;
  execPath: string;
  getuid?: (() => number) | undefined;
}

export interface Said {
  exit: number;
  stdout: string;
  stderr: string;
}

const usualLimitMs = 20_000;

/** Runs a program of the system without a shell; its exit code, 127 where there is none such, 126 where it was ended or does not start. */
export const tell = (
  machine: Pick<HostMachine, 'env'>,
  program: string,
  args: readonly string[],
  { stdin = '', limitMs = usualLimitMs }: { stdin?: string; limitMs?: number } = {},
): Promise<Said> =>
  new Promise((resolve) => {
    const child = execFile(program, [...args], { env: { ...machine.env, LC_ALL: 'C' }, timeout: limitMs }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : error.code === 'ENOENT' ? 127 : 126;
      resolve({ exit: code, stdout, stderr });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(stdin);
  });
