import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import type { Clock } from '../../ports/clock.ts';
import { devnetAnswersWithinMs } from '../../ports/host/devnets.ts';

const answered = z.object({ now: z.number(), rate: z.number().min(0), waits: z.boolean().default(false) });

/** The longest real sleep between two looks at the devnet's time, so that a clock which is turned by command is noticed soon. */
const stepMs = 50;

/** Real time after which a devnet that does not answer is taken for gone. */
const usualPatienceMs = 3000;

/**
 * The clock of the devnet behind this control URL, read once now and again while waiting. Between readings it goes on at the devnet's
 * rate, and never back; it lags by what an answer takes, so it is never ahead. Of a devnet that waits for those who live by its clock,
 * this process becomes one. `DEVNET_NOT_RUNNING` when the devnet does not answer.
 */
export const devnetClock = async ({
  control,
  fetch,
  patienceMs = usualPatienceMs,
}: {
  control: string;
  fetch: typeof globalThis.fetch;
  patienceMs?: number;
}): Promise<Clock> => {
  const url = `${control.replace(/\/$/, '')}/time`;
  let base = await readTime(url, fetch);
  if (base.waits) return (await import('./attending-clock.ts')).attendingClock(control, (cause) => noDevnet(url, cause));
  let newest = base.now;
  let failedSince: number | null = null;

  const now = (): number => {
    newest = Math.max(newest, Math.floor(base.now + (performance.now() - base.readAt) * base.rate));
    return newest;
  };

  const look = async (signal: AbortSignal | undefined): Promise<void> => {
    try {
      base = await readTime(url, fetch, signal);
      failedSince = null;
    } catch (thrown) {
      signal?.throwIfAborted();
      failedSince ??= performance.now();
      if (performance.now() - failedSince > patienceMs) throw thrown;
    }
  };

  const wait: Clock['wait'] = async (ms, signal) => {
    signal?.throwIfAborted();
    const until = now() + ms;
    while (now() < until) {
      const real = base.rate === 0 ? stepMs : Math.min(stepMs, Math.max(1, (until - now()) / base.rate));
      await sleep(real, undefined, signal === undefined ? {} : { signal }).catch((thrown: unknown) => {
        signal?.throwIfAborted();
        throw thrown;
      });
      await look(signal);
    }
  };

  // A clock that stands still reaches no deadline by itself, whatever it is.
  return { now, wait, pace: () => base.rate || 1 };
};

const readTime = async (url: string, fetch: typeof globalThis.fetch, signal?: AbortSignal) => {
  const limit = AbortSignal.timeout(devnetAnswersWithinMs);
  try {
    const response = await fetch(url, { signal: signal === undefined ? limit : AbortSignal.any([limit, signal]) });
    const time = answered.parse(await response.json());
    return { ...time, readAt: performance.now() };
  } catch (thrown) {
    signal?.throwIfAborted();
    throw noDevnet(url, thrown);
  }
};

const noDevnet = (url: string, cause: unknown): Failure =>
  new Failure('DEVNET_NOT_RUNNING', `No devnet tells the time at ${url}.`, {
    fix: agent('Start one, or point ALEPH_AGENT_DEVNET at one that runs.', 'devnet up'),
    cause,
  });
