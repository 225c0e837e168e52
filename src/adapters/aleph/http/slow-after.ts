/** A new connection takes four times as long as one that stands. */
const usualLeastMs = 500;
/** However late the first answer came: a clock may have been turned meanwhile. */
export const longestPatienceMs = 10_000;

/** After how many ms a host that has not answered is slower by far than the first one that did, ms after it was asked; null: none did yet. */
export const slowAfterMs = (soonestMs: number | null, leastMs = usualLeastMs): number =>
  soonestMs === null ? 3 * leastMs : Math.min(longestPatienceMs, Math.max(leastMs, 3 * soonestMs));
