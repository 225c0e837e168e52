import { Failure } from '../domain/failure.ts';
import { formatInstant } from '../domain/instant.ts';
import type { ReadContext } from '../ports/context.ts';

const toleranceMs = 120_000;
/** `Date` headers have whole seconds, and two processes' clocks differ by a little. */
const ledgerSlackMs = 5_000;

/**
 * What spends, or destroys by expiry, needs a local clock within two minutes of two CCNs and not before the ledger's newest row
 * (product.md §1 rule 13). `CLOCK_UNTRUSTED` otherwise.
 */
export const requireClock = async (context: Pick<ReadContext, 'cloud' | 'ledger' | 'clock'>): Promise<void> => {
  const [cloud, ledger] = await Promise.all([context.cloud(), context.ledger()]);
  const skews = await cloud.clockSkew();
  const needed = Math.min(2, cloud.hosts.length);
  const off = skews.find(({ skewMs }) => Math.abs(skewMs) > toleranceMs);
  if (off !== undefined) {
    throw untrusted(`The local clock is ${Math.round(off.skewMs / 1000)} s off the time of ${off.host}; at most 120 s are allowed.`);
  }
  if (skews.length < needed) throw untrusted(`Only ${skews.length} of ${needed} CCN hosts told the time.`);
  const newest = ledger.newestAt(cloud.network);
  if (newest !== null && newest > context.clock.now() + ledgerSlackMs) {
    throw untrusted(`The local clock is right, and before the ledger's newest row of ${formatInstant(newest)}.`, spoiltByClock);
  }
};

const setClock = 'Set the clock of this machine right; nothing is spent until then.';
/** No clock mends it: the row was written while this machine's was ahead. */
const spoiltByClock =
  'Wait until then, or move the ledger away: `ledger reconcile` rebuilds it and `ledger take-over` lets it spend. `vm destroy` works all along.';

const untrusted = (message: string, text = setClock): Failure =>
  new Failure('CLOCK_UNTRUSTED', message, { fix: { actor: 'human', command: null, text } });
