import type { SshEndpoint } from '../../domain/ledger/vm-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { Shell } from '../../ports/shell.ts';
import { algorithmsFor } from './library-ssh.ts';
import { isPinned, pinsOf } from './pinned-host.ts';

type Met = Awaited<ReturnType<Shell['meet']>>;

interface Means {
  folder: string;
  files: PrivateFiles;
  clock: Clock;
}

/** As `Shell.meet` says. The host key comes before any name or key of ours; there the connection ends. */
export const meetHost = async (vm: string, { host, port, user }: SshEndpoint, timeoutMs: number, means: Means): Promise<Met> => {
  const pins = pinsOf(means.folder, vm, means.files);
  if (pins.length === 0) return 'unknown';
  const { Client } = (await import('ssh2')).default;
  const client = new Client();
  const over = new AbortController();
  try {
    return await new Promise<Met>((resolve) => {
      client.on('error', ({ message }) => resolve(/no matching host key/.test(message) ? 'another' : 'unknown'));
      client.on('close', () => resolve('unknown'));
      means.clock.wait(timeoutMs, over.signal).then(
        () => resolve('unknown'),
        () => undefined,
      );
      client.connect({
        host,
        port,
        username: user,
        hostVerifier: (key: Buffer) => {
          resolve(isPinned(pins, key) ? 'pinned' : 'another');
          return false;
        },
        ...algorithmsFor(pins.map(({ type }) => type)),
      });
    });
  } finally {
    over.abort();
    client.destroy();
  }
};
