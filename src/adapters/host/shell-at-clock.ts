import type { Shell } from '../../ports/shell.ts';
import { atWork } from './at-work.ts';
import type { AttendingClock } from './attending-clock.ts';

/** Real ms after which a guest of a devnet, on this machine, is taken for one that says nothing. */
const silentAfterMs = 1000;

/**
 * The shell beside a clock that waits for those who live by it, which stands still while a guest is worked with. Who says nothing is not
 * worked with: the rest of a probe's limit passes by that clock, so that waiting for the silent takes the devnet's time and not everybody's.
 */
export const shellAtClock = (clock: AttendingClock, shell: Shell): Shell => ({
  ...atWork(clock, shell),
  async probe(endpoint, timeoutMs) {
    const limitMs = Math.min(timeoutMs, silentAfterMs);
    const began = performance.now();
    const found = await clock.working(shell.probe(endpoint, limitMs));
    if (found === 'silent' && performance.now() - began >= limitMs) await clock.wait(timeoutMs - limitMs);
    return found;
  },
});
