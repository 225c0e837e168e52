import { type FitRules, type Need, type NodeTraits, type Unfit, unfitReasons } from './node-fit.ts';

export interface RankedNode extends NodeTraits {
  hash: string;
  /** 0 to 1, the network's daily score; a new node has 0, a broken one less than 0.2. */
  score: number;
  /** Our trust in the node by our own history, in (0, 1]; 1 where absent. */
  trust?: number;
  /** Measured round trip, ms; null or absent where it was not measured. */
  roundTripMs?: number | null;
}

/** Nodes are drawn from the best `pool` × `count`, so that not every caller gets the same few. */
const pool = 3;

/** A round trip of this many ms halves a node's weight. */
const slowMs = 400;

/**
 * A node's weight in the draw. The score is squared, so that a good node stands out; free memory adds up to half; round trip and trust
 * scale the whole. Price is left out because the network has one price for all nodes.
 */
const weightOf = ({ score, memoryFreeMib, memoryTotalMib, trust, roundTripMs }: RankedNode): number => {
  const free = memoryFreeMib === null || !memoryTotalMib ? 0 : Math.min(1, memoryFreeMib / memoryTotalMib);
  return (Math.max(score, 0.01) ** 2 * (1 + free / 2) * (trust ?? 1)) / (1 + (roundTripMs ?? 0) / slowMs);
};

/** Draws nodes at random by weight, each at most once: callers with the same list at the same moment must not all pick the same node. */
export const draw = <Node extends RankedNode>(nodes: readonly Node[], count: number, fraction: () => number): Node[] => {
  const left = [...nodes];
  const drawn: Node[] = [];
  while (drawn.length < count && left.length > 0) {
    let ticket = fraction() * left.reduce((sum, node) => sum + weightOf(node), 0);
    const index = left.findIndex((node) => {
      ticket -= weightOf(node);
      return ticket < 0;
    });
    drawn.push(...left.splice(index < 0 ? left.length - 1 : index, 1));
  }
  return drawn;
};

/**
 * The nodes to try for a VM, in order, drawn among the best of those that fit. By default twelve, which are probed before anything is
 * spent. `fraction` gives random numbers in [0, 1).
 */
export const candidates = <Node extends RankedNode>(
  nodes: readonly Node[],
  need: Need,
  fraction: () => number,
  { count = 12, ...rules }: FitRules & { count?: number } = {},
): Node[] => {
  const fit = nodes.filter((node) => unfitReasons(need, node, rules).length === 0);
  const able = fit.sort((a, b) => weightOf(b) - weightOf(a) || (a.hash < b.hash ? -1 : 1)).slice(0, count * pool);
  return draw(able, count, fraction);
};

/** A node with less than this share of the best score is drawn only where too few others are left. */
const leadingShare = 0.85;

/** The nodes with a score near the best; all nodes where fewer than `count` are near. */
export const leading = <Node extends RankedNode>(nodes: readonly Node[], count: number): Node[] => {
  const top = nodes.reduce((most, { score }) => Math.max(most, score), 0);
  const near = nodes.filter(({ score }) => score >= top * leadingShare);
  return near.length >= count ? near : [...nodes];
};

/** How many nodes each reason rules out; one node may count under several reasons. */
export const ruledOut = (nodes: readonly RankedNode[], need: Need, rules: FitRules = {}): Partial<Record<Unfit, number>> => {
  const counts: Partial<Record<Unfit, number>> = {};
  for (const reason of nodes.flatMap((node) => unfitReasons(need, node, rules))) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
