interface Part {
  credits: bigint;
  /** Ms; null for credits that never expire. */
  expiresAt: number | null;
}

interface Came extends Part {
  at: number;
  post: string;
  index: number;
}

/** What is left of credits that came to the account at once and end at once: by their own date, or by an earlier one of their sender's. */
export interface Lot<Arrival extends Came = Came> {
  arrival: Arrival;
  left: bigint;
  /** Ms; null for credits that never expire. */
  expiresAt: number | null;
}

/** The order in which the network uses lots up (protocol-ccn.md §5.6). */
const byAge = (a: Came, b: Came): number => a.at - b.at || (a.post === b.post ? a.index - b.index : a.post < b.post ? -1 : 1);

/** Sooner first, never last. */
const bySoonest = (a: Pick<Part, 'expiresAt'>, b: Pick<Part, 'expiresAt'>): number =>
  (a.expiresAt ?? Number.MAX_SAFE_INTEGER) - (b.expiresAt ?? Number.MAX_SAFE_INTEGER);

/**
 * Which arrivals still hold credits, and how many, the one that pays next first. The network tells what is left by expiry date only
 * (`parts`), and takes from the oldest lot first: so of all arrivals with one expiry the newest hold what is left. A transfer hands on credits
 * that end sooner than it says with their own date (protocol-ccn.md §5.6), so what no arrival of that date holds came with the newest that
 * could. Arrivals that have expired are left out; credits of an arrival that the history does not have are not told.
 */
export const lotsOf = <Arrival extends Came>(arrivals: readonly Arrival[], parts: readonly Part[], now: number): Lot<Arrival>[] => {
  const newest = arrivals
    .filter(({ credits, expiresAt }) => credits > 0n && (expiresAt === null || expiresAt > now))
    .sort((a, b) => byAge(b, a))
    .map((arrival) => ({ arrival, room: arrival.credits }));
  const lots: Lot<Arrival>[] = [];
  const fill = (rest: bigint, { expiresAt }: Part, fits: (arrival: Arrival) => boolean): bigint => {
    let left = rest;
    for (const each of newest) {
      const held = left < each.room ? left : each.room;
      if (held === 0n || !fits(each.arrival)) continue;
      each.room -= held;
      left -= held;
      lots.push({ arrival: each.arrival, left: held, expiresAt });
    }
    return left;
  };
  const dated = [...parts].sort(bySoonest);
  const rests = dated.map((part) => ({
    part,
    rest: part.expiresAt === null ? 0n : fill(part.credits, part, (each) => each.expiresAt === part.expiresAt),
  }));
  for (const { part, rest } of rests) fill(rest, part, (each) => bySoonest(part, each) < 0);
  for (const part of dated.filter(({ expiresAt }) => expiresAt === null)) fill(part.credits, part, (each) => each.expiresAt === null);
  return lots.sort((a, b) => byAge(a.arrival, b.arrival) || bySoonest(a, b));
};
