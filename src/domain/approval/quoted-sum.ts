/** A cent, in credits: sums are rounded up to it, and the tail that tells them apart is below it. */
const cent = 10_000n;

/** The part of a sum that tells its request from others. */
export const tailOf = (sum: bigint): bigint => sum % cent;

/**
 * The sum that answers a request: at least so many credits, rounded up to a cent, and a tail of 1 to 9,999 credits that none of `taken` has.
 * `draw`, from 0 to below 1, is chance. null where every tail is taken.
 */
export const quotedSum = (least: bigint, taken: ReadonlySet<bigint>, draw: number): bigint | null => {
  const tails = Number(cent) - 1;
  const first = Math.floor(draw * tails);
  const free = Array.from({ length: tails }, (_, step) => BigInt(((first + step) % tails) + 1)).find((tail) => !taken.has(tail));
  return free === undefined ? null : ((least + cent - 1n) / cent) * cent + free;
};
