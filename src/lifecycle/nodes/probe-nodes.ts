import type { NodeRef } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { NodeProbe, SchedulerWord } from '../../ports/network/nodes.ts';

/** One call asks at most this many nodes, none for longer than the limit (conventions.md §8). */
export const probeAtMost = 12;
const probeLimitMs = 800;
const keptMs = 60_000;

/**
 * Asks the nodes themselves, all at once, and returns their answers by node hash. Answers are kept for a minute, so that planning and
 * creating do not ask twice. `words`: what the scheduler has just said of the nodes, which it is not asked again; null where it did not answer.
 */
export const probeNodes = async (
  context: ReadContext,
  nodes: readonly NodeRef[],
  words: ReadonlyMap<string, SchedulerWord> | null,
  limitMs = probeLimitMs,
): Promise<Map<string, NodeProbe>> => {
  const keyOf = ({ hash, url }: NodeRef) => `probe ${context.network} ${hash} ${url}`;
  const kept = new Map<string, NodeProbe>();
  for (const node of nodes) {
    const found = context.cache.read(keyOf(node), keptMs)?.value as NodeProbe | undefined;
    if (found?.hash === node.hash) kept.set(node.hash, found);
  }
  const unknown = nodes.filter(({ hash }) => !kept.has(hash));
  const fresh = unknown.length === 0 ? [] : await (await context.cloud()).nodes.probe(unknown, limitMs, words);
  const asked = new Map(unknown.map((node) => [node.hash, node]));
  for (const probe of fresh) {
    const node = asked.get(probe.hash);
    if (node !== undefined) context.cache.write(keyOf(node), probe);
    kept.set(probe.hash, probe);
  }
  return kept;
};
