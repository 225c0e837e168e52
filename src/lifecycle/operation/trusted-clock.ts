import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';

const toleranceMs = 120_000;
/** `Date` headers have whole seconds, and two processes' clocks differ by a little. */
const ledgerSlackMs = 5_000;

export interface ClockTrouble {
  says: string;
  /** What a person does about it. */
  mend: string;
  /** false: it may be right, and nobody could tell. */
  certain: boolean;
}

/** Whether the local clock is within two minutes of two CCNs and not before the ledger's newest row; null where it is. */
export const clockTrouble = async (context: Pick<ReadContext, 'cloud' | 'ledger' | 'clock'>): Promise<ClockTrouble | null> => {
  const [cloud, ledger] = await Promise.all([context.cloud(), context.ledger()]);
  const skews = await cloud.clockSkew();
  const needed = Math.min(2, cloud.hosts.length);
  const off = skews.find(({ skewMs }) => Math.abs(skewMs) > toleranceMs);
  if (off !== undefined) {
    const says = `The local clock is ${Math.round(off.skewMs / 1000)} s off the time of ${off.host}; at most 120 s are allowed.`;
    return { says, mend: 'Set the clock of this machine right; nothing is spent until then.', certain: true };
  }
  if (skews.length < needed) {
    const says = `Only ${skews.length} of ${needed} CCN hosts told the time.`;
    return { says, mend: 'Try again when they answer; nothing is spent until then.', certain: false };
  }
  const newest = ledger.newestAt(cloud.network);
  if (newest === null || newest <= context.clock.now() + ledgerSlackMs) return null;
  return {
    says: `The local clock is right, and before the ledger's newest row of ${formatInstant(newest)}, written when it was ahead.`,
    mend: 'Wait until then, or move the ledger away: `ledger reconcile` rebuilds it, `ledger take-over` lets it spend. `vm destroy` works.',
    certain: true,
  };
};

/**
 * What spends, or destroys by expiry, needs a clock that can be relied on (product.md §1 rule 13): `CLOCK_UNTRUSTED` without one.
 */
export const requireClock = async (context: Pick<ReadContext, 'cloud' | 'ledger' | 'clock'>): Promise<void> => {
  const trouble = await clockTrouble(context);
  if (trouble === null) return;
  throw new Failure('CLOCK_UNTRUSTED', trouble.says, { fix: human(trouble.mend) });
};
