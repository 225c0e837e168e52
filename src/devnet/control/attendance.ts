import type { DevnetClock } from '../world/clock.ts';

/**
 * What a process says of itself: when it wants to be told the time, what answers it is waiting for, and whether that is all or it has work to
 * do. One that looks on waits for the time alone, and for no end of its own: were it to make time pass, that would never stop.
 */
export interface Said {
  until: number | null;
  requests: readonly string[];
  atWork: boolean;
  looksOn: boolean;
}

export interface Attendant {
  say(said: Said): void;
  /** Its connection ended, however it came to that. */
  leave(): void;
}

/**
 * Which processes live by this devnet's clock, and what each of them waits for. When all of them wait, and what they wait for is the
 * clock alone, it jumps to what is due next; as soon as one of them has work to do, or while all of them look on, time stands still.
 */
export interface Attendance {
  /** A process came; it has work to do until it says otherwise. `wake` tells it the time when that has come, and then it has work again. */
  enter(wake: () => void): Attendant;
  /** A request is being answered until `over`, by the name that its process gave it; null for one of somebody who is not here. */
  answering(request: string | null, over: Promise<unknown>): void;
}

/** Real ms. */
const strangersMs = 20;

interface Present {
  said: Said;
  cancel: () => void;
}

const newcomer: Said = { until: null, requests: [], atWork: true, looksOn: false };

export const createAttendance = (clock: DevnetClock): Attendance => {
  const present = new Set<Present>();
  const open = new Set<string | symbol>();
  let jumping = false;
  let asked = false;

  /** A request that has left its process and is not here, or has been answered and not read, is on its way: that is no waiting. */
  const waits = ({ said }: Present): boolean => !said.atWork && said.requests.every((request) => open.has(request));
  const moves = ({ said }: Present): boolean => !said.looksOn;
  const allWait = (): boolean => (open.size > 0 || [...present].some(moves)) && [...present].every(waits);

  const consider = async (): Promise<void> => {
    asked = true;
    if (jumping) return;
    jumping = true;
    while (asked) {
      asked = false;
      // whatever is said while it jumps asks anew
      if (allWait() && (await clock.jump(allWait))) asked = true;
    }
    jumping = false;
  };

  return {
    enter(wake) {
      const one: Present = { said: newcomer, cancel: () => undefined };
      present.add(one);
      return {
        say(said) {
          one.cancel();
          one.said = said;
          if (said.until !== null) {
            one.cancel = clock.at(said.until, () => {
              one.said = newcomer;
              wake();
            });
          }
          void consider();
        },
        leave() {
          one.cancel();
          present.delete(one);
          void consider();
        },
      };
    },
    answering(request, over) {
      const counted = request ?? Symbol('of a stranger');
      // most answers need no clock: a stranger whose answer does waits, without saying so
      const patience = setTimeout(
        () => {
          open.add(counted);
          void consider();
        },
        request === null ? strangersMs : 0,
      );
      const done = (): void => {
        clearTimeout(patience);
        open.delete(counted);
        void consider();
      };
      over.then(done, done);
    },
  };
};
