/** What became of a VM that somebody waited for: it runs, it is gone, or the exception that ended it. */
export type Outcome = 'running' | 'ended' | Error;

/** Who waits, by the hash of the VM. */
export type Waiting = Map<string, ((outcome: Outcome) => void)[]>;

export const settleWaiting = ({ waiting: all }: { waiting: Waiting }, hash: string, outcome: unknown): void => {
  const waiting = all.get(hash) ?? [];
  all.delete(hash);
  const known: Outcome = outcome === 'running' || outcome === 'ended' || outcome instanceof Error ? outcome : new Error(String(outcome));
  for (const resolve of waiting) resolve(known);
};

export const outcomeOf = ({ waiting }: { waiting: Waiting }, hash: string): Promise<Outcome> =>
  new Promise((resolve) => waiting.set(hash, [...(waiting.get(hash) ?? []), resolve]));
