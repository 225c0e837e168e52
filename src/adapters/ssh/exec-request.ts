import { Failure } from '../../domain/failure/failure.ts';
import type { Shell } from '../../ports/shell.ts';

export type ExecRequest = Parameters<Shell['exec']>[0];

/** `USAGE` for what must not become a path or an option of ssh. */
export const checkTarget = ({ vm, endpoint: { host, port, user } }: Pick<ExecRequest, 'vm' | 'endpoint'>): void => {
  if (!/^[0-9a-f]{1,64}$/.test(vm)) throw new Failure('USAGE', `"${vm}" is no VM's id.`);
  if (!/^[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}$/.test(host)) throw new Failure('USAGE', `"${host}" is no host to connect to.`);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Failure('USAGE', `${port} is no port: 1 to 65535 would be.`);
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user)) throw new Failure('USAGE', `"${user}" is no user's name.`);
};

export const checkCommand = ({ command }: Pick<ExecRequest, 'command'>): void => {
  if (command.length === 0 || command[0] === '') throw new Failure('USAGE', 'The command is missing: give it after "--".');
  if (command.some((word) => word.includes('\0'))) throw new Failure('USAGE', 'A command cannot hold a NUL.');
};
