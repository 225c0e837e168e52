import { anyFailure } from '../../domain/failure/any-failure.ts';
import { draws } from '../../domain/trials/draws.ts';
import type { Verdict } from '../../domain/trials/verdict.ts';
import type { ProvingGrounds } from '../../ports/host/proving-ground.ts';
import type { Trial } from './trial.ts';

export interface Tried {
  trial: Trial;
  verdict: Verdict;
}

export interface Running {
  grounds: ProvingGrounds;
  seed: number;
  signal: AbortSignal;
  /** A trial has ended. */
  tell(tried: Tried): void;
}

/** Each alone has idle moments that another one fills, on two cores. */
const sideBySide = 2;

/** A trial draws the same from a seed, whatever else runs with it. */
const seedOf = ({ id }: Trial, seed: number): number => [...id].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed);

/** A trial that cannot say whether its claim holds has not held it. */
const judged = (trial: Trial, { grounds, seed }: Running): Promise<Verdict> =>
  trial.run({ grounds, seed, draw: draws(seedOf(trial, seed)) }).catch((thrown: unknown): Verdict => {
    const { code, message } = anyFailure(thrown);
    return { outcome: 'fell', evidence: 'The trial did not come to its end.', broken: [`${code}: ${message}`] };
  });

/** Runs the trials, some side by side, and resolves with all in their order. */
export const runTrials = async (trials: readonly Trial[], running: Running): Promise<Tried[]> => {
  const done = new Map<Trial, Verdict>();
  const worker = async (left: Trial[]): Promise<void> => {
    for (let trial = left.shift(); trial !== undefined; trial = left.shift()) {
      running.signal.throwIfAborted();
      const verdict = await judged(trial, running);
      running.signal.throwIfAborted();
      done.set(trial, verdict);
      running.tell({ trial, verdict });
    }
  };
  await worker(trials.filter(({ alone }) => alone === true));
  const others = trials.filter(({ alone }) => alone !== true);
  await Promise.all(Array.from({ length: sideBySide }, () => worker(others)));
  return trials.flatMap((trial) => {
    const verdict = done.get(trial);
    return verdict === undefined ? [] : [{ trial, verdict }];
  });
};
