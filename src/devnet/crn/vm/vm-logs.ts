import { createHash } from 'node:crypto';
import type { Crn } from '../world/crn.ts';
import type { Vm } from '../world/node-state.ts';
import { diskName } from './guest-of.ts';

/** The serial console as QEMU logs it: control sequences and carriage returns included. */
const bootLines = (hash: string): [number, string][] => [
  [0, '\u001b[2J\u001b[01;01H\u001b[=3h\u001b[2J\u001b[01;01HBooting from Hard Disk...\r'],
  [1_000, '[    0.000000] Linux version 6.1.0-devnet (aleph devnet guest)\r'],
  [4_000, '\u001b[0;32m  OK  \u001b[0m] Reached target \u001b[0;1;39mcloud-init.target\u001b[0m.\r'],
  [5_000, `cloud-init: instance ${hash.slice(0, 8)} finished, datasource DataSourceNoCloud\r`],
];

/** cloud-init's last words of a first boot (its tools/write-ssh-key-fingerprints): what it goes through the logger with has a prefix, keys have none. */
const hostKeyLines = (hash: string, hostKey: string): [number, string][] => {
  const [type = '', key = ''] = hostKey.split(' ');
  const sha256 = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');
  const logged = [
    '#############################################################',
    '-----BEGIN SSH HOST KEY FINGERPRINTS-----',
    `256 SHA256:${sha256} root@${hash.slice(0, 8)} (ED25519)`,
    '-----END SSH HOST KEY FINGERPRINTS-----',
    '#############################################################',
  ].map((line) => `<14>ec2: ${line}\r`);
  const keys = ['-----BEGIN SSH HOST KEY KEYS-----\r', `${type} ${key} root@${hash.slice(0, 8)}\r`, '-----END SSH HOST KEY KEYS-----\r'];
  return [...logged, ...keys].map((line) => [6_000, line]);
};

/** What `logs` streams for a VM that runs here or ran here once. */
export const vmLogs = (crn: Crn, hash: string, times: Vm['times']): Record<string, string>[] => {
  const from = times.starting;
  if (from === null) return [];
  const until = times.stopped ?? crn.world.clock.now();
  const made = crn.state.disks[hash]?.made;
  const keys = made === undefined ? [] : hostKeyLines(hash, crn.world.guests.hostKey({ disk: diskName(crn, hash), installation: made }));
  return [...bootLines(hash), ...keys]
    .filter(([after]) => from + after <= until)
    .map(([after, line]) => ({
      SYSLOG_IDENTIFIER: `vm-${hash}-stdout`,
      MESSAGE: line,
      file: 'stdout',
      __REALTIME_TIMESTAMP: new Date(from + after).toISOString().replace('Z', '000+00:00'),
    }));
};
