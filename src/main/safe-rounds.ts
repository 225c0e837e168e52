import { endDue } from '../lifecycle/gc/end-due.ts';
import { alertLongRound, safeRound } from '../lifecycle/gc/safe-round.ts';
import type { ChangeContext } from '../ports/context.ts';

/** How often the safe looks for VMs whose time is over, and how often it does a round of gc, ms. */
const endsMs = 3000;
const roundMs = 60_000;

/** How long agents wait at most for what an earlier safe left half-done, ms. */
const settleMs = 15_000;

/** People are told where no round has come to its end for so long, ms. */
const longestMs = 180_000;

interface Rounds {
  /** Names of the networks that the home has agents or VMs on; null for the one in use. */
  networks(): readonly (string | null)[];
  /** Does something in a context of its own on a network. */
  inNetwork<Result>(network: string | null, use: (context: ChangeContext) => Promise<Result>): Promise<Result>;
  now(): number;
  pause(ms: number): Promise<void>;
  every(ms: number, task: () => void): () => void;
}

/** What a safe does on one network by itself. Whatever goes wrong in a round, the next one follows. */
const roundsOn = (network: string | null, { inNetwork, now }: Rounds) => {
  const ends = { underWay: new Set<string>(), notBefore: new Map<string, number>() };
  let busy = false;
  let doneAt = now();
  const isDone = (use: (context: ChangeContext) => Promise<unknown>): Promise<boolean> =>
    inNetwork(network, use).then(
      () => true,
      () => false,
    );
  return {
    end: () => isDone((context) => endDue(context, ends)),
    /** What an earlier safe left half-done; no guest is waited for. */
    async settle() {
      busy = true;
      await isDone((context) => safeRound(context, 'not now'));
      busy = false;
    },
    async round() {
      const since = now() - doneAt;
      if (since > longestMs) await isDone((context) => alertLongRound(context, Math.floor(since / 60_000)));
      if (busy) return;
      busy = true;
      if (await isDone((context) => safeRound(context))) doneAt = now();
      busy = false;
    },
  };
};

/**
 * The safe's own work, beside the calls of agents: it ends what has expired in a loop of its own, and does a round of gc each minute, on each
 * network. Ends are looked for from the beginning on. When this resolves, what an earlier safe was killed at is settled, as far as that takes no longer than `settleMs`, before anybody is answered;
 * guests are armed afterwards. Returns what stops it.
 */
export const startRounds = async (rounds: Rounds): Promise<() => void> => {
  const known = new Map<string | null, ReturnType<typeof roundsOn>>();
  const look = (): void => {
    const networks = rounds.networks();
    // the network in use has a name once anything is there, and is not looked after twice
    if (!networks.includes(null)) known.delete(null);
    for (const network of networks) if (!known.has(network)) known.set(network, roundsOn(network, rounds));
  };
  const each = (ms: number, task: (own: ReturnType<typeof roundsOn>) => Promise<unknown>): (() => void) =>
    rounds.every(ms, () => {
      try {
        look();
      } catch {
        // the ledger cannot be read just now: what was known is looked after, as far as that goes
      }
      for (const own of known.values()) void task(own);
    });
  look();
  const stops = [each(endsMs, ({ end }) => end())];
  // a node that takes its time over the end of a VM keeps nobody waiting for the safe
  const settled = [...known.values()].map(async (own) => {
    await own.settle();
    // however long that took: trouble that lasts has not been told yet
    void own.round();
  });
  await Promise.race([Promise.all(settled), rounds.pause(settleMs)]);
  stops.push(each(roundMs, ({ round }) => round()));
  return () => {
    for (const stop of stops) stop();
  };
};
