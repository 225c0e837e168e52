import { type NodeHistory, noHistory, trustIn } from '../../domain/nodes/node-history.ts';
import { regionOf } from '../../domain/nodes/node-region.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { CloudNode, NodeList, SchedulerWord } from '../../ports/network/nodes.ts';
import { nodeExperience } from './node-experience.ts';

/** A node of the node list, with what the scheduler and our own ledger know of it. */
export interface SurveyedNode extends CloudNode {
  /** Whether the scheduler reaches the node; null where it does not say. */
  reached: boolean | null;
  vcpusFree: number | null;
  region: string | null;
  history: NodeHistory;
  /** How far our history lets us trust the node, in (0, 1], for ranking. */
  trust: number;
}

export interface Survey extends Omit<NodeList, 'nodes'> {
  nodes: SurveyedNode[];
  /** The lowest node version that the network accepts; null where it does not say. */
  minVersion: string | null;
  /** What the scheduler says, by node hash; null where it did not answer, so that nobody says which nodes it reaches. */
  words: ReadonlyMap<string, SchedulerWord> | null;
}

/**
 * Collects what is known of all nodes without asking any of them: the node list, the scheduler, the network's rules and the ledger, all at
 * once. Warns `LIST_STALE` where the list is an old copy, or the CCNs' registry in its place. Fails with `NODE_UNAVAILABLE`,
 * `NETWORK_UNAVAILABLE`.
 */
export const surveyNodes = async (context: ReadContext): Promise<Survey> => {
  const cloud = await context.cloud();
  const [list, scheduled, minVersion, histories] = await Promise.all([
    cloud.nodes.list(),
    cloud.nodes.schedulerNodes(),
    cloud.nodes.minimumNodeVersion(),
    nodeExperience(context),
  ]);
  if (list.stale) context.warn('LIST_STALE', staleWords(list));
  const words = scheduled === null ? null : new Map(scheduled.map((word) => [word.hash, word]));
  const now = context.clock.now();
  const nodes = list.nodes.map((node): SurveyedNode => {
    const word = words?.get(node.hash);
    const history = histories.get(node.hash) ?? noHistory;
    return {
      ...node,
      memoryFreeMib: lesser(node.memoryFreeMib, word?.memoryFreeMib),
      diskFreeMib: lesser(node.diskFreeMib, word?.diskFreeMib),
      vcpusFree: word?.vcpusFree ?? null,
      reached: word?.healthy ?? null,
      region: regionOf(node.url),
      history,
      trust: trustIn(history, now),
    };
  });
  return { ...list, nodes, minVersion, words };
};

/**
 * Returns the lower of the list's and the scheduler's figure; null where the list has none, because the scheduler's does not stand in for a
 * node that says nothing.
 */
const lesser = (own: number | null, other: number | null | undefined): number | null =>
  own === null ? null : Math.min(own, other ?? Number.POSITIVE_INFINITY);

const staleWords = ({ source, at }: NodeList): string =>
  source === 'registry'
    ? "The node list does not answer and no copy of it is kept: these are the nodes of the CCNs' registry, which does not say what is free."
    : `The node list is of ${formatInstant(at)}: its source does not answer.`;
