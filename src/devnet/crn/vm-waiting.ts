import type { Crn } from './crn.ts';

/** What became of a VM that somebody waited for: it runs, it is gone, or the exception that ended it. */
export type Outcome = 'running' | 'ended' | Error;

export const settleWaiting = (crn: Crn, hash: string, outcome: unknown): void => {
  const waiting = crn.waiting.get(hash) ?? [];
  crn.waiting.delete(hash);
  const known: Outcome = outcome === 'running' || outcome === 'ended' || outcome instanceof Error ? outcome : new Error(String(outcome));
  for (const resolve of waiting) resolve(known);
};

export const outcomeOf = (crn: Crn, hash: string): Promise<Outcome> =>
  new Promise((resolve) => crn.waiting.set(hash, [...(crn.waiting.get(hash) ?? []), resolve]));
