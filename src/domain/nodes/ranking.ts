import { type FitRules, type Need, type NodeTraits, type Unfit, unfitReasons } from './node-fit.ts';

export interface RankedNode extends NodeTraits {
  hash: string;
  /** 0 to 1 by the network's daily scoring; a new node has 0, a broken one less than 0.2. */
  score: number;
  /** (0, 1] by our own history with it; 1 where absent. */
  trust?: number;
  /** Measured, ms; null or absent where it was not. */
  roundTripMs?: number | null;
}

/** Drawn from among this many times the wanted number: the best, but not the same few for everybody. */
const pool = 3;

/** A round trip of this many ms halves a node's weight. */
const slowMs = 400;

/**
 * Score counts most: squared, so that a good node stands out; room to spare counts half as much again; nearness and what we went
 * through with it scale the whole. Price does not enter: the network has one for all nodes.
 */
const weightOf = ({ score, memoryFreeMib, memoryTotalMib, trust, roundTripMs }: RankedNode): number => {
  const free = memoryFreeMib === null || !memoryTotalMib ? 0 : Math.min(1, memoryFreeMib / memoryTotalMib);
  return (Math.max(score, 0.01) ** 2 * (1 + free / 2) * (trust ?? 1)) / (1 + (roundTripMs ?? 0) / slowMs);
};

/** Some of the nodes, each once, at random by weight: callers with the same list at the same moment must not all go for the same node. */
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
 * Nodes that will take the VM, in the order in which to try them: drawn among the best. Twelve by default, to be probed before
 * anything is spent. `fraction` gives random numbers in [0, 1).
 */
export const candidates = <Node extends RankedNode>(
  nodes: readonly Node[],
  need: Need,
  fraction: () => number,
  { count = 12, ...rules }: FitRules & { count?: number } = {},
): Node[] => {
  const fit = nodes.filter((node) => unfitReasons(need, node, rules).length === 0);
  const best = fit.sort((a, b) => weightOf(b) - weightOf(a) || (a.hash < b.hash ? -1 : 1)).slice(0, count * pool);
  return draw(best, count, fraction);
};

/** A node whose score is below this share of the best one's is drawn only where there are too few others. */
const leadingShare = 0.7;

/** The nodes near the best score; all of them where that leaves fewer than `count`. */
export const leading = <Node extends RankedNode>(nodes: readonly Node[], count: number): Node[] => {
  const best = nodes.reduce((most, { score }) => Math.max(most, score), 0);
  const near = nodes.filter(({ score }) => score >= best * leadingShare);
  return near.length >= count ? near : [...nodes];
};

/** How many nodes each reason rules out; a node may have several. */
export const ruledOut = (nodes: readonly RankedNode[], need: Need, rules: FitRules = {}): Partial<Record<Unfit, number>> => {
  const counts: Partial<Record<Unfit, number>> = {};
  for (const reason of nodes.flatMap((node) => unfitReasons(need, node, rules))) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
