import { Failure } from '../domain/failure.ts';
import { candidates } from '../domain/ranking.ts';
import type { NodeRef, VmSpec } from '../domain/vm-record.ts';
import type { CloudNode, CloudReader, NodeProbe } from '../ports/cloud.ts';
import type { ReadContext } from '../ports/context.ts';
import { findNode } from './find-node.ts';

const probeAtMost = 12;
const probeLimitMs = 800;
const probeKeptMs = 60_000;
/** One alive at a time; the next one only when the one before is proven gone (conventions.md §4.3). */
const planned = 3;

export interface ChosenNodes {
  nodes: NodeRef[];
  why: string;
}

/**
 * The nodes that a plan names, in order: probed right before paying, address and hash confirmed by two CCN hosts.
 * `NODE_UNAVAILABLE` when none will do, `NODE_NOT_FOUND`.
 */
export const chooseNodes = async (context: ReadContext, wanted: string, spec: VmSpec): Promise<ChosenNodes> => {
  const cloud = await context.cloud();
  const { nodes } = await cloud.nodes();
  const auto = wanted === 'auto';
  const ranked = auto ? candidates(nodes, spec, () => context.random.fraction()).slice(0, probeAtMost) : [findNode(wanted, nodes)];
  const probes = new Map((await probeAll(context, cloud, ranked)).map((probe) => [probe.hash, probe]));
  const willing = ranked.filter((node) => problemOf(probes.get(node.hash)) === null).slice(0, planned);
  const confirmed = (await Promise.all(willing.map(({ hash }) => cloud.confirmNode(hash)))).filter((node) => node !== null);
  if (confirmed.length === 0) throw unavailable(ranked, probes, auto);
  const why = auto
    ? `best of ${ranked.length} probed among ${nodes.length} known, by score, free capacity and chance`
    : 'named by the caller';
  return { nodes: confirmed, why };
};

const problemOf = (probe: NodeProbe | undefined): string | null => {
  if (probe === undefined || !probe.reachable) return 'does not answer';
  if (!probe.identityConfirmed) return 'names another hash than its own';
  return probe.problem;
};

/** Probes kept for a minute, so that planning and creating do not ask every node twice. */
const probeAll = async (context: ReadContext, cloud: CloudReader, nodes: readonly CloudNode[]): Promise<NodeProbe[]> => {
  const kept = nodes.map(
    (node) => context.cache.read(`probe:${context.network}:${node.hash}`, probeKeptMs)?.value as NodeProbe | undefined,
  );
  const unknown = nodes.filter((_, index) => kept[index] === undefined);
  const fresh = unknown.length === 0 ? [] : await cloud.probe(unknown, probeLimitMs);
  for (const probe of fresh) context.cache.write(`probe:${context.network}:${probe.hash}`, probe);
  return [...kept.filter((probe) => probe !== undefined), ...fresh];
};

const unavailable = (ranked: readonly CloudNode[], probes: ReadonlyMap<string, NodeProbe>, auto: boolean): Failure => {
  const reasons = ranked
    .slice(0, 12)
    .map((node) => ({ crn: node.hash.slice(0, 12), problem: problemOf(probes.get(node.hash)) ?? 'not confirmed by two CCN hosts' }));
  const message = auto
    ? ranked.length === 0
      ? 'No CRN in the list has room for this size.'
      : `None of the ${ranked.length} best CRNs can take the VM now.`
    : `CRN ${ranked[0]?.hash.slice(0, 12)} cannot take the VM: it ${reasons[0]?.problem}.`;
  return new Failure('NODE_UNAVAILABLE', message, {
    sideEffects: 'none',
    facts: { nodes: reasons },
    fix: { actor: 'agent', command: 'aleph-agent crns ls', text: 'Look for a node, take a smaller size, or try again later.' },
  });
};
