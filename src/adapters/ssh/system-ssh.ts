import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { ExecResult } from '../../ports/shell.ts';
import { execFailure, troubleIn } from './exec-failure.ts';
import type { ExecRequest } from './exec-request.ts';
import { flows } from './flows.ts';
import { keyFile } from './key-pair.ts';
import type { Machine } from './machine.ts';
import { shellWords } from './shell-words.ts';
import { childEnvironment, sshOptions } from './ssh-options.ts';
import { createTail } from './tail.ts';

/** Runs the command by the system's own ssh, in a process group of its own that ends with the call. Nothing of the user's configuration, agent or keys is used. */
export const execBySystemSsh = async (
  program: string,
  request: ExecRequest,
  { folder, files, clock, machine }: { folder: string; files: PrivateFiles; clock: Clock; machine: Machine },
): Promise<ExecResult> => {
  const { stream, input, maxBytes, feed, take } = request;
  const log = `.log-${randomBytes(6).toString('hex')}`;
  const [out, err] = [createTail(maxBytes), createTail(maxBytes)];
  files.create(join(folder, log), '');
  try {
    const child = spawn(program, sshArguments(request, log), {
      // paths below are relative to it, so that no character of a home's path means something to ssh
      cwd: folder,
      env: childEnvironment(machine.env),
      stdio: [
        feed !== undefined ? 'pipe' : input ? 'inherit' : 'ignore',
        stream && take === undefined ? 'inherit' : 'pipe',
        stream ? 'inherit' : 'pipe',
      ],
      detached: true,
    });
    if (take === undefined) child.stdout?.on('data', out.push);
    child.stderr?.on('data', err.push);
    const flowing = flows(request, child);
    const exitCode = await endOf(child, request, { clock, machine }, flowing);
    if (exitCode === 255) throw execFailure(request, troubleIn(new TextDecoder().decode(files.read(join(folder, log))?.bytes)));
    await flowing;
    return { exitCode, stdout: out.text(), stderr: err.text(), truncated: out.truncated || err.truncated };
  } finally {
    files.remove(join(folder, log));
  }
};

const sshArguments = ({ vm, account, endpoint: { host, port, user }, command }: ExecRequest, log: string): string[] => [
  ...['-F', 'none', '-T', '-E', log, '-i', keyFile(account), '-p', String(port)],
  ...sshOptions(vm, { ClearAllForwardings: 'yes' }),
  ...[`${user}@${host}`, '--', shellWords(command)],
];

/** The exit code; 128 and more for a signal, as shells have it. At the timeout, or when aborted, the whole group is killed. */
const endOf = (
  child: ChildProcess,
  request: ExecRequest,
  { clock, machine }: { clock: Clock; machine: Machine },
  flowing: Promise<void>,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const { timeoutMs, signal } = request;
    const over = new AbortController();
    const stop = (reason: unknown): void => {
      over.abort();
      killGroup(child, machine);
      reject(reason);
    };
    const aborted = (): void => stop(signal?.reason);
    flowing.catch(stop);
    child.on('error', (error) => stop(execFailure(request, 'notStarted', error)));
    child.on('close', (code) => {
      over.abort();
      signal?.removeEventListener('abort', aborted);
      resolve(code ?? 255);
    });
    if (signal?.aborted) return aborted();
    signal?.addEventListener('abort', aborted, { once: true });
    clock.wait(timeoutMs, over.signal).then(
      () => stop(execFailure(request, 'timeout')),
      () => undefined,
    );
  });

const killGroup = ({ pid }: ChildProcess, machine: Machine): void => {
  if (pid === undefined) return;
  try {
    machine.kill(-pid, 'SIGKILL');
  } catch {
    // the group ended by itself
  }
};
