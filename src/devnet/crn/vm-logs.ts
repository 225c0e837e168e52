import type { Crn } from './crn.ts';
import type { Vm } from './node-state.ts';

/** The serial console as QEMU logs it: control sequences and carriage returns included. */
const bootLines = (hash: string): [number, string][] => [
  [0, '\u001b[2J\u001b[01;01H\u001b[=3h\u001b[2J\u001b[01;01HBooting from Hard Disk...\r'],
  [1_000, '[    0.000000] Linux version 6.1.0-devnet (aleph devnet guest)\r'],
  [4_000, '\u001b[0;32m  OK  \u001b[0m] Reached target \u001b[0;1;39mcloud-init.target\u001b[0m.\r'],
  [5_000, `cloud-init: instance ${hash.slice(0, 8)} finished, datasource DataSourceNoCloud\r`],
];

/** What `logs` streams for a VM that runs here or ran here once. */
export const vmLogs = (crn: Crn, hash: string, times: Vm['times']): Record<string, string>[] => {
  const from = times.starting;
  if (from === null) return [];
  const until = times.stopped ?? crn.world.clock.now();
  return bootLines(hash)
    .filter(([after]) => from + after <= until)
    .map(([after, line]) => ({
      SYSLOG_IDENTIFIER: `vm-${hash}-stdout`,
      MESSAGE: line,
      file: 'stdout',
      __REALTIME_TIMESTAMP: new Date(from + after).toISOString().replace('Z', '000+00:00'),
    }));
};
