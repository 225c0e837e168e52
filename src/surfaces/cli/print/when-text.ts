import { dateOf, parseInstant } from '../../../domain/text/instant.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A stretch of time in its two largest units: `3 d 4 h`, `1 h 58 m`, `4 m`, `30 s`. */
export const spanText = (ms: number): string => {
  const parts = (large: number, name: string, small: number, rest: string): string => {
    const [whole, left] = [Math.floor(ms / large), Math.floor((ms % large) / small)];
    return left === 0 ? `${whole} ${name}` : `${whole} ${name} ${left} ${rest}`;
  };
  if (ms >= day) return parts(day, 'd', hour, 'h');
  if (ms >= hour) return parts(hour, 'h', minute, 'm');
  if (ms >= 2 * minute) return `${Math.floor(ms / minute)} m`;
  return `${Math.floor(ms / second)} s`;
};

/**
 * An RFC 3339 instant for a person, from now: `in 1 h 58 m (22:44)`, `3 d 4 h ago (1 Dec 22:44)`. The hour is that of the person's own
 * clock; the day stands where it is another, the year where it is.
 */
export const whenText = (instant: string, now: number): string => {
  const ms = parseInstant(instant);
  if (ms === null) return instant;
  const [at, today, ahead] = [dateOf(ms), dateOf(now), ms - now];
  const two = (count: number): string => String(count).padStart(2, '0');
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  const date = `${at.getDate()} ${months[at.getMonth()]}`;
  const place =
    at.toDateString() === today.toDateString()
      ? clock
      : at.getFullYear() === today.getFullYear()
        ? `${date} ${clock}`
        : `${date} ${at.getFullYear()}`;
  if (Math.abs(ahead) < second) return `now (${place})`;
  return ahead > 0 ? `in ${spanText(ahead)} (${place})` : `${spanText(-ahead)} ago (${place})`;
};
