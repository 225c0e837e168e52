import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { Shell } from '../../ports/shell.ts';
import { execFailure, troubleIn } from './exec-failure.ts';
import { keyFile } from './key-pair.ts';
import type { Machine } from './machine.ts';
import { childEnvironment, sshOptions } from './ssh-options.ts';

export type InteractRequest = Parameters<Shell['interact']>[0];

/**
 * Gives ssh the terminal, in our own process group, so that keys and signals reach it as if it had been typed. What is further goes
 * behind the host: no word of it can become another host.
 */
export const interactBySystemSsh = async (
  program: string,
  { vm, account, endpoint: { host, port, user }, further, signal }: InteractRequest,
  { folder, files, machine }: { folder: string; files: PrivateFiles; machine: Machine },
): Promise<number> => {
  const log = `.log-${randomBytes(6).toString('hex')}`;
  files.create(join(folder, log), '');
  const own = ['-F', 'none', '-E', log, '-i', keyFile(account), '-p', String(port), ...sshOptions(vm, { ExitOnForwardFailure: 'yes' })];
  try {
    const child = spawn(program, [...own, `${user}@${host}`, ...further], {
      cwd: folder,
      env: childEnvironment(machine.env),
      stdio: 'inherit',
    });
    const stop = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', stop, { once: true });
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on('error', (error) => reject(execFailure({ vm }, 'notStarted', error)));
      child.on('close', (code) => resolve(code ?? 255));
    }).finally(() => signal?.removeEventListener('abort', stop));
    signal?.throwIfAborted();
    if (exitCode === 255) throw execFailure({ vm }, troubleIn(new TextDecoder().decode(files.read(join(folder, log))?.bytes)));
    return exitCode;
  } finally {
    files.remove(join(folder, log));
  }
};
