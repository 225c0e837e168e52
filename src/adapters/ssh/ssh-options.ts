import type { Machine } from './machine.ts';
import { knownHostsFile } from './pinned-host.ts';

const options = {
  IdentitiesOnly: 'yes',
  IdentityAgent: 'none',
  BatchMode: 'yes',
  ConnectTimeout: '10',
  ServerAliveInterval: '15',
  ServerAliveCountMax: '3',
  StrictHostKeyChecking: 'accept-new',
  UpdateHostKeys: 'no',
  CheckHostIP: 'no',
  GlobalKnownHostsFile: '/dev/null',
  ForwardAgent: 'no',
  ForwardX11: 'no',
  LogLevel: 'INFO',
};

/** `-o` for every option that keeps ssh to our own keys and pins; ssh takes the first value it is given, so nobody can add another. */
export const sshOptions = (vm: string, more: Readonly<Record<string, string>>): string[] =>
  Object.entries({ ...options, ...more, UserKnownHostsFile: knownHostsFile(vm), HostKeyAlias: vm }).flatMap(([key, value]) => [
    '-o',
    `${key}=${value}`,
  ]);

/** Nothing of ours, and no secret, reaches a child. */
export const childEnvironment = (env: Machine['env']): Record<string, string> =>
  Object.fromEntries(['PATH', 'HOME', 'LANG', 'TERM'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
