import type { Clock } from '../../ports/clock.ts';
import type { AttendingClock } from './attending-clock.ts';

/** Whether this clock waits for those who live by it: then everything that bounds a wait can be measured by it. */
export const isAttending = (clock: Clock): clock is AttendingClock => 'working' in clock;

/** The same port, each of whose calls keeps a clock standing that waits for those who live by it. */
export const atWork = <Port extends object>(clock: Clock, port: Port): Port => {
  if (!isAttending(clock)) return port;
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]) => {
        const result: unknown = Reflect.apply(member, target, values);
        return result instanceof Promise ? clock.working(result) : result;
      };
    },
  });
};
