/** Returns a function that gives the next wait between two looks, ms: 0.5 s growing to 2.5 s (conventions.md §8). */
export const pollDelays = (firstMs = 500, lastMs = 2_500): (() => number) => {
  let next = firstMs;
  return () => {
    const now = next;
    next = Math.min(lastMs, Math.round(next * 1.5));
    return now;
  };
};
