import { openDevnets, type Serve } from '../adapters/devnet-host/open-devnets.ts';
import { systemClock } from '../adapters/host/system-clock.ts';
import { devnetElsewhere } from '../adapters/settings/resolve-network.ts';
import { readRunningDevnet, runningDevnetFile } from '../adapters/settings/running-devnet.ts';
import { Failure } from '../domain/failure/failure.ts';
import type { Devnets } from '../ports/host/devnets.ts';
import type { PrivateFiles } from '../ports/host/private-files.ts';

interface Home {
  folders: { devnet: string };
  files: PrivateFiles;
  env: Readonly<Record<string, string | undefined>>;
  pid: number;
}

/** The devnets that this home may serve, and the one that runs. */
export const devnetsOf = ({ folders, files, env, pid }: Home): Devnets =>
  openDevnets({
    note: { path: runningDevnetFile(folders.devnet), read: () => readRunningDevnet(folders.devnet, files) },
    files,
    pid,
    now: systemClock().now,
    fetch,
    serve: serveEmbedded,
    elsewhere: () => devnetElsewhere(env),
  });

/** Puts the embedded network behind its port. It loads only where one is served. */
const serveEmbedded: Serve = async (order) => {
  const [{ serveDevnet }, { readSaved }] = await Promise.all([import('../devnet/serve-devnet.ts'), import('../devnet/devnet-saved.ts')]);
  const saved =
    order.saved === null ? null : readSaved(order.saved, { seed: order.seed, nodes: order.nodes, secret: order.guests === 'exec' });
  if (saved === null && order.saved !== null) {
    throw new Failure(
      'CONFIG_INVALID',
      `The state in --state was kept by a devnet of another seed or size than --seed ${order.seed} --nodes ${order.nodes}, or by one whose keys anybody can compute, where --guests exec is asked for.`,
    );
  }
  const { devnet, document, wait, close } = await serveDevnet({
    port: order.port,
    seed: order.seed,
    nodes: order.nodes,
    at: order.at,
    guests: order.guests,
    fund: order.fund,
    onDown: order.onDown,
    ...(order.evm === null ? {} : { evm: order.evm }),
    ...(order.guestFolder === null ? {} : { guestFolder: order.guestFolder }),
    ...(saved === null ? {} : { saved }),
  });
  return { document, run: devnet.clock.run, wait, save: devnet.save, close };
};
