/** How many VMs are worked on at once; most of the time each waits for an answer. */
export const vmsAtOnce = 32;

/**
 * Does the same with each of many, so many at once: the next one begins as soon as one before has ended, and nothing goes on once this has ended.
 * Results are in the order of `items`.
 */
export const sideBySide = async <Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result> | Result,
): Promise<Result[]> => {
  const results: Result[] = [];
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [place, item] of left) results[place] = await work(item);
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
};
