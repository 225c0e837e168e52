import type { Serve } from '../adapters/devnet-host/open-devnets.ts';
import { Failure } from '../domain/failure/failure.ts';

/** Puts the embedded network behind its port. It loads only where one is served. */
export const serveEmbedded: Serve = async (order) => {
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
