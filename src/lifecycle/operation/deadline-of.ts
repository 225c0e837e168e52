import type { ReadContext } from '../../ports/context.ts';

/**
 * Returns when `--timeout` is over, by the context's clock (ms). The timeout runs on the wall clock: a devnet's clock that is faster has
 * further to go until then.
 */
export const deadlineOf = ({ clock, timeoutMs }: Pick<ReadContext, 'clock' | 'timeoutMs'>): number =>
  clock.now() + timeoutMs * (clock.pace?.() ?? 1);
