import { breakerPause } from '../burn/breaker.ts';
import type { Counters } from '../burn/counters.ts';
import { type JudgedCheck, waited } from '../limits/judged-check.ts';
import type { Limits } from '../limits/limits.ts';

const minuteMs = 60_000;

/** Checks that waiting mends: creations per minute, the pause after a failed create, the breaker. */
export const waitChecks = ({ recentCreations, breaker }: Counters, limits: Limits, now: number): JudgedCheck[] => {
  const recent = recentCreations.length;
  // The rate allows a create again once this creation is more than a minute old.
  const blocking = recentCreations[recent - limits.creationsPerMinute];
  const rate = recent < limits.creationsPerMinute ? 0 : Math.max(1, Math.ceil(((blocking ?? now) + minuteMs - now) / 1000));
  const coolUntil = breaker.lastFailureAt === null ? now : breaker.lastFailureAt + limits.coolDownSeconds * 1000;
  const cool = Math.max(0, Math.ceil((coolUntil - now) / 1000));
  const pause = breakerPause(breaker, { failures: limits.breakerFailures, pauseSeconds: limits.breakerPauseSeconds }, now);
  const { failuresInARow: failures } = breaker;
  return [
    waited(
      'RATE_LIMITED',
      rate,
      recent,
      limits.creationsPerMinute,
      `${recent} VMs were created within the last minute, the policy allows ${limits.creationsPerMinute}.`,
    ),
    waited('COOL_DOWN', cool, cool, 0, `A create after a failed one waits; ${cool} s are left.`),
    waited(
      'BREAKER_OPEN',
      pause,
      failures,
      limits.breakerFailures,
      `${failures} creates in a row failed, ${limits.breakerFailures} pause creation; ${pause} s are left.`,
    ),
  ];
};
