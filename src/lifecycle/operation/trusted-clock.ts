import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';

const toleranceMs = 120_000;
/** Tolerance against the ledger's newest row: `Date` headers have whole seconds, and the clocks of two processes differ by a little. */
export const ledgerSlackMs = 5_000;

export interface ClockTrouble {
  says: string;
  /** What a person does about the trouble. */
  mend: string;
  /** false: the clock may be right, but too few hosts told the time. */
  certain: boolean;
}

/**
 * Tells what is wrong with the local clock; null where it is within two minutes of two CCN hosts and not before the ledger's newest row.
 * Where two hosts agree with it, `HOST_CLOCK_OFF` warns of any that does not: one host's clock keeps no VM alive.
 */
export const clockTrouble = async (context: Pick<ReadContext, 'cloud' | 'ledger' | 'clock' | 'warn'>): Promise<ClockTrouble | null> => {
  const [cloud, ledger] = await Promise.all([context.cloud(), context.ledger()]);
  const skews = await cloud.clockSkew();
  const needed = Math.min(2, cloud.hosts.length);
  const off = skews.find(({ skewMs }) => Math.abs(skewMs) > toleranceMs);
  const agreeing = skews.filter(({ skewMs }) => Math.abs(skewMs) <= toleranceMs).length;
  if (off !== undefined && agreeing >= needed) {
    const seconds = Math.round(Math.abs(off.skewMs) / 1000);
    context.warn('HOST_CLOCK_OFF', `The clock of CCN host ${off.host} is ${seconds} s off; ${agreeing} others agree with this machine's.`);
  }
  if (off !== undefined && agreeing < needed) {
    const says = `The local clock is ${Math.round(off.skewMs / 1000)} s off the time of ${off.host}; at most 120 s are allowed.`;
    return { says, mend: 'Set the clock of this machine right; nothing is spent until then.', certain: true };
  }
  if (skews.length < needed) {
    const told = skews.map(({ host }) => host);
    const silent = cloud.hosts.filter((host) => !told.includes(host)).map((host) => new URL(host).host);
    const says = `${silent.join(', ')} did not tell the time; ${needed === 1 ? 'the one CCN host' : 'two CCN hosts'} must.`;
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
 * Throws `CLOCK_UNTRUSTED` unless the local clock can be relied on; where too few hosts tell whether it can, it names those that do not.
 * Whatever spends, or destroys by expiry, calls it (product.md §1 rule 13).
 */
export const requireClock = async (context: Pick<ReadContext, 'cloud' | 'ledger' | 'clock' | 'warn'>): Promise<void> => {
  const trouble = await clockTrouble(context);
  if (trouble === null) return;
  throw new Failure('CLOCK_UNTRUSTED', trouble.says, { fix: human(trouble.mend) });
};
