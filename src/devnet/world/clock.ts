/** The devnet's time. Every boot, cron job, retry and bill follows it; nothing in the devnet looks at the machine's own clock. */
export interface DevnetClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` of this clock; rejects with the signal's reason when aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `task` at that time (at once when it has passed), in order of time, then of scheduling. Returns a cancel function. */
  at(time: number, task: () => void): () => void;
  every(ms: number, task: () => void): () => void;
  /** Moves forward, running what falls due on the way, in order, each task at its own time, letting promises settle between. */
  advance(ms: number): Promise<void>;
  /** Moves to the next due task, if `ready` still holds when nothing is left to do before it. Answers whether there was one. */
  jump(ready: () => boolean): Promise<boolean>;
  /** Follows real time at `rate` seconds per second; 0 stands still until advanced. */
  run(rate: number): void;
  stop(): void;
  readonly rate: number;
  /** Whether somebody jumps when everybody waits: then nobody needs to look at it, and nothing is bound by another clock. */
  waits: boolean;
  /** While this is under way outside of this process, `advance` goes no faster than time does for everybody. */
  hold(work: Promise<unknown>): void;
  /** For work in process: awaits `promise`, jumping to the next due task whenever the event loop has nothing else to do. */
  drive<T>(promise: Promise<T>): Promise<T>;
}

interface Due {
  time: number;
  task: () => void;
}

const realMs = (): number => performance.now();
/** Timers take at most 2^31-1 ms. */
const LONGEST_SLEEP = 2 ** 31 - 1;
const TURNS_TO_SETTLE = 6;
/** Work that takes longer than this is something that waits, a read from a pipe perhaps. */
const LONGEST_WORK_MS = 3000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Thread-pool work (hashing, scrypt, files, name look-ups) that will resume somebody later, however idle the loop looks. */
const working = (): boolean => process.getActiveResourcesInfo().some((name) => /^FSReq|Request$|ReqWrap$/.test(name));

const settle = async (): Promise<void> => {
  for (let i = 0; i < TURNS_TO_SETTLE; i++) await turn();
  const patience = realMs() + LONGEST_WORK_MS;
  while (working() && realMs() < patience) await turn();
};

/** Recurring jobs never run out, so something that is never woken would be driven for ever. */
const LONGEST_DRIVE_MS = 400 * 24 * 3_600_000;

/** A clock that stands still at `at` (ms) until advanced or run. */
export const createClock = (at: number): DevnetClock => {
  const queue: Due[] = [];
  let base = at;
  let anchor = realMs();
  let rate = 0;
  let turning = 0;
  let timer: NodeJS.Timeout | undefined;
  let waking: NodeJS.Immediate | undefined;
  let advances: Promise<void> = Promise.resolve();

  const now = (): number => Math.floor(turning > 0 ? base : base + (realMs() - anchor) * rate);

  const rebase = (time: number): void => {
    base = time;
    anchor = realMs();
  };

  const arm = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const next = queue[0];
    if (next === undefined || turning > 0) return;
    if (next.time <= now()) {
      waking ??= setImmediate(wake);
      return;
    }
    if (rate > 0) timer = setTimeout(wake, Math.min(LONGEST_SLEEP, Math.ceil((next.time - now()) / rate)));
  };

  function wake(): void {
    waking = undefined;
    if (turning > 0) return;
    const limit = now();
    while (queue[0] !== undefined && queue[0].time <= limit) queue.shift()?.task();
    arm();
  }

  const schedule = (time: number, task: () => void): (() => void) => {
    const due = { time, task };
    let index = queue.length;
    while (index > 0 && (queue[index - 1]?.time ?? 0) > time) index--;
    queue.splice(index, 0, due);
    arm();
    return () => {
      const found = queue.indexOf(due);
      if (found >= 0) queue.splice(found, 1);
      arm();
    };
  };

  const held = new Set<Promise<unknown>>();

  const creep = async (target: number): Promise<void> => {
    let before = realMs();
    while (held.size > 0 && base < target) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const after = realMs();
      base = Math.min(target, base + after - before);
      before = after;
      while (queue[0] !== undefined && queue[0].time <= base) queue.shift()?.task();
    }
  };

  const move = async (target: number): Promise<void> => {
    rebase(now());
    turning++;
    try {
      await settle();
      while (queue[0] !== undefined && queue[0].time <= target) {
        if (held.size > 0) await creep(target);
        if (queue[0] === undefined || queue[0].time > target) break;
        const due = queue.shift();
        base = Math.max(base, due?.time ?? base);
        due?.task();
        await settle();
      }
      await creep(target);
      base = Math.max(base, target);
    } finally {
      turning--;
      rebase(base);
      arm();
    }
  };

  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const done = advances.then(task);
    advances = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  };

  const advance = (ms: number): Promise<void> => {
    if (!Number.isFinite(ms) || ms < 0)
      return Promise.reject(new RangeError(`A clock goes forward by a number of milliseconds >= 0, not by ${ms}.`));
    return inTurn(() => move(now() + ms));
  };

  const jump = (ready: () => boolean): Promise<boolean> =>
    inTurn(async () => {
      await settle();
      const next = queue[0];
      if (next === undefined || !ready()) return false;
      await move(Math.max(now(), next.time));
      return true;
    });

  const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = schedule(now() + Math.max(0, ms), () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });

  const every = (ms: number, task: () => void): (() => void) => {
    let time = now() + ms;
    const tick = (): void => {
      time += ms;
      cancel = schedule(time, tick);
      task();
    };
    let cancel = schedule(time, tick);
    return () => cancel();
  };

  const run = (to: number): void => {
    rebase(now());
    rate = to;
    arm();
  };

  const drive = async <T>(promise: Promise<T>): Promise<T> => {
    let pending = true;
    const over = (): void => {
      pending = false;
    };
    promise.then(over, over);
    const limit = now() + LONGEST_DRIVE_MS;
    await settle();
    while (pending) {
      if (now() > limit) throw new Error('Nothing on the clock ends what is waited for.');
      const next = queue[0];
      if (next !== undefined && rate === 0) await advance(Math.max(0, next.time - now()));
      else await new Promise((resolve) => setTimeout(resolve, 1));
      await settle();
    }
    return promise;
  };

  const stop = (): void => {
    run(0);
    clearTimeout(timer);
    clearImmediate(waking);
    queue.length = 0;
  };

  return {
    now,
    wait,
    at: schedule,
    every,
    advance,
    jump,
    run,
    stop,
    waits: false,
    hold: (work) => {
      held.add(work);
      const over = (): void => void held.delete(work);
      work.then(over, over);
    },
    drive,
    get rate() {
      return rate;
    },
  };
};
