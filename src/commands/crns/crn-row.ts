import type { CrnOutput } from '../../contract/outputs/crn-output.ts';
import { type FitRules, type Need, roomOf, unfitReasons } from '../../domain/nodes/node-fit.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { Survey, SurveyedNode } from '../../lifecycle/nodes/survey-nodes.ts';
import type { NodeProbe } from '../../ports/network/nodes.ts';

/** What every VM needs at least: nothing that rules a node out. */
export const anyNeed: Need = { vcpus: 0, memoryMib: 0, diskMib: 0 };

export const rulesOf = ({ minVersion, source }: Pick<Survey, 'minVersion' | 'source'>): FitRules => ({
  minVersion,
  unasked: source === 'registry',
});

/** A node as output; where it was asked itself, its own figures stand in for the list's. */
export const crnRow = (
  node: SurveyedNode,
  survey: Pick<Survey, 'minVersion' | 'source'>,
  probe?: NodeProbe,
  need: Need = anyNeed,
): CrnOutput => {
  const known = withProbe(node, probe);
  const room = roomOf(known);
  const { history } = node;
  const asked = probe === undefined ? [] : asking(probe);
  return {
    crn: shortId(node.hash),
    hash: node.hash,
    untrustedName: node.untrustedName,
    untrustedUrl: node.url,
    untrustedVersion: known.version,
    score: node.score,
    active: node.active,
    ipv6: node.ipv6,
    qemu: known.qemu,
    untrustedGpus: node.gpus.map(({ untrustedModel }) => untrustedModel),
    confidential: node.confidential,
    terms: node.terms,
    cores: known.cores,
    freeVcpus: room?.vcpus ?? null,
    freeMemoryMib: room?.memoryMib ?? null,
    freeDiskMib: room?.diskMib ?? null,
    owner: /^[A-Za-z0-9]{1,64}$/.test(node.owner) ? node.owner : null,
    region: node.region,
    roundTripMs: probe?.roundTripMs ?? null,
    list: listWord(node, probe),
    problems: [...unfitReasons(need, known, rulesOf(survey)), ...(node.reached === false ? ['unreached' as const] : []), ...asked],
    boots: history.boots,
    failures: history.failures,
    lastFailureAt: history.lastFailureAt === null ? null : formatInstant(history.lastFailureAt),
    readySeconds: history.readySeconds,
  };
};

const withProbe = (node: SurveyedNode, probe: NodeProbe | undefined): SurveyedNode =>
  probe === undefined || !probe.reachable
    ? node
    : {
        ...node,
        version: probe.version ?? node.version,
        qemu: probe.qemu ?? node.qemu,
        cores: probe.cores ?? node.cores,
        memoryTotalMib: probe.memoryTotalMib ?? node.memoryTotalMib,
        memoryFreeMib: probe.memoryFreeMib ?? node.memoryFreeMib,
        diskFreeMib: probe.diskFreeMib ?? node.diskFreeMib,
        vcpusFree: probe.vcpusFree ?? node.vcpusFree,
      };

const asking = (probe: NodeProbe): ('silent' | 'otherHash')[] => {
  if (!probe.reachable) return ['silent'];
  return probe.namesOther ? ['otherHash'] : [];
};

/** Listed as active and silent, or the other way round, is an old entry; another hash is a false one. */
const listWord = ({ active }: SurveyedNode, probe: NodeProbe | undefined): CrnOutput['list'] => {
  if (probe === undefined) return 'unasked';
  if (probe.reachable && probe.namesOther) return 'lies';
  return probe.reachable === active ? 'confirmed' : 'stale';
};
