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

/** What is left of credits that came to the account at once. */
export interface Lot<Arrival extends Came = Came> {
  arrival: Arrival;
  left: bigint;
}

/** The order in which the network uses lots up (protocol-ccn.md §5.6). */
const byAge = (a: Came, b: Came): number => a.at - b.at || (a.post === b.post ? a.index - b.index : a.post < b.post ? -1 : 1);

/**
 * Which arrivals still hold credits, and how many, the one that pays next first. The network tells what is left by expiry date only
 * (`parts`), and takes from the oldest lot first: so of all arrivals with one expiry the newest hold what is left. Arrivals that have
 * expired are left out; credits of an arrival that the history does not have are not told.
 */
export const lotsOf = <Arrival extends Came>(arrivals: readonly Arrival[], parts: readonly Part[], now: number): Lot<Arrival>[] => {
  const left = new Map(parts.map(({ expiresAt, credits }) => [expiresAt, credits]));
  const lots: Lot<Arrival>[] = [];
  for (const arrival of [...arrivals].filter(({ credits }) => credits > 0n).sort((a, b) => byAge(b, a))) {
    const rest = left.get(arrival.expiresAt) ?? 0n;
    const isOver = arrival.expiresAt !== null && arrival.expiresAt <= now;
    if (rest === 0n || isOver) continue;
    const held = rest < arrival.credits ? rest : arrival.credits;
    left.set(arrival.expiresAt, rest - held);
    lots.push({ arrival, left: held });
  }
  return lots.sort((a, b) => byAge(a.arrival, b.arrival));
};
