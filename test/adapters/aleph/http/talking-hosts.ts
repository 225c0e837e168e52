import { ccnHosts } from '../../../../src/adapters/aleph/http/ccn-hosts.ts';
import { createClock } from '../../../../src/devnet/world/clock.ts';

const names = ['one', 'two', 'three', 'four', 'five'];
const hostOf = (name: string): string => `https://${name}.aleph.im`;

/** What a host says, and after how long, ms; null: it has no word. Never where there is no time. */
export type Script = Record<string, readonly [afterMs: number | null, says: string | null]>;

export const scriptOf = (...answers: Script[string][]): Script =>
  Object.fromEntries(answers.map((answer, index) => [names[index]!, answer]));

/** Hosts that say what a script has them say, on a clock that the test drives. */
export const talkingHosts = (script: Script) => {
  const clock = createClock(0);
  const asked: [host: string, at: number][] = [];
  const told: string[] = [];
  const aborted: string[] = [];
  const over = new AbortController();
  let now = clock.now;
  const ccn = ccnHosts({
    urls: Object.keys(script).map(hostOf),
    ask: async () => ({ answered: false, why: 'unreachable' }),
    clock,
    random: { fraction: () => 0, bytes: (count) => new Uint8Array(count) },
    patience: {
      now: () => now(),
      after: (ms, task) => clock.at(clock.now() + ms, task),
    },
    contradicted: (says) => void told.push(says),
    over: over.signal,
  });
  const read = async (host: string, signal: AbortSignal): Promise<string | null> => {
    const name = new URL(host).hostname.split('.')[0]!;
    asked.push([name, clock.now()]);
    const [afterMs, says] = script[name]!;
    signal.addEventListener('abort', () => aborted.push(name));
    if (afterMs !== null) await clock.wait(afterMs, signal);
    else await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return says;
  };
  const turn = (other: () => number): void => {
    now = other;
  };
  return { clock, ccn, read, asked, told, aborted, over, turn };
};
