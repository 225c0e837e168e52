import { Failure } from '../../domain/failure/failure.ts';
import { misfits, type Need, roomOf } from '../../domain/nodes/node-fit.ts';
import { isOlder } from '../../domain/nodes/node-version.ts';
import { takesTerms } from '../../domain/nodes/takes-terms.ts';
import { unfitWords } from '../../domain/nodes/unfit-words.ts';
import { counted } from '../../domain/text/counted.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { NodeInspection, NodeProbe } from '../../ports/network/nodes.ts';
import type { Survey, SurveyedNode } from './survey-nodes.ts';

const limitMs = 3_000;

export const nodeChecks = [
  'listed',
  'address',
  'answers',
  'identity',
  'version',
  'instances',
  'capacity',
  'ipv6',
  'egress',
  'executions',
  'scheduler',
  'terms',
  'history',
] as const;

/**
 * `ok` is null where the answer is unknown, or speaks neither for nor against the node. `found` may hold the node's own words, which are
 * not to be trusted.
 */
export interface Finding {
  check: (typeof nodeChecks)[number];
  ok: boolean | null;
  found: string;
  wanted: string;
}

export interface CheckedNode {
  findings: Finding[];
  probe: NodeProbe | undefined;
}

/** Asks one node everything that can be asked without a key and without spending, past every cache. */
export const checkNode = async (context: ReadContext, survey: Survey, node: SurveyedNode, need: Need): Promise<CheckedNode> => {
  const cloud = await context.cloud();
  const [[probe], inspection, agreed] = await Promise.all([
    cloud.nodes.probe([node], limitMs),
    cloud.nodes.inspectNode(node, limitMs),
    cloud.nodes.confirmNode(node.hash).then((ref) => ref?.url === node.url, unheard),
  ]);
  return {
    probe,
    findings: [
      ...ofList(survey, node, agreed),
      ...ofNode(survey, node, probe, need),
      ...ofInspection(inspection),
      ...ofOthers(node, probe),
    ],
  };
};

const unheard = (thrown: unknown): null => {
  if (thrown instanceof Failure && thrown.code === 'NETWORK_UNAVAILABLE') return null;
  throw thrown;
};

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

const ofList = (survey: Survey, { active, linked }: SurveyedNode, agreed: boolean | null): Finding[] => [
  {
    check: 'listed',
    ok: active && linked,
    found: `active ${yesNo(active)}, linked ${yesNo(linked)}${survey.stale ? ', by an old list' : ''}`,
    wanted: 'active and linked',
  },
  {
    check: 'address',
    ok: agreed,
    found: agreed === null ? 'fewer than two hosts answer' : agreed ? 'two hosts agree' : 'hosts and list differ',
    wanted: 'the same by two CCN hosts',
  },
];

const ofNode = (survey: Survey, node: SurveyedNode, probe: NodeProbe | undefined, need: Need): Finding[] => {
  const reachable = probe?.reachable === true;
  const version = probe?.version ?? null;
  const older = isOlder(version, survey.minVersion);
  const room = probe === undefined ? null : roomOf(probe);
  const short = probe === undefined || !reachable ? [] : misfits(need, probe);
  return [
    { check: 'answers', ok: reachable, found: reachable ? `in ${probe.roundTripMs ?? '?'} ms` : 'no', wanted: `within ${limitMs} ms` },
    {
      check: 'identity',
      ok: reachable ? probe.identityConfirmed : null,
      found: !reachable ? 'unknown' : probe.identityConfirmed ? 'the same hash' : probe.namesOther ? 'another hash' : 'none yet',
      wanted: shortId(node.hash),
    },
    { check: 'version', ok: older === null ? null : !older, found: version ?? 'unknown', wanted: survey.minVersion ?? 'unknown' },
    { check: 'instances', ok: probe?.qemu ?? null, found: probe?.qemu == null ? 'unknown' : yesNo(probe.qemu), wanted: 'QEMU' },
    {
      check: 'capacity',
      ok: reachable ? short.length === 0 : null,
      found: room === null ? unfitWords(['usageUnknown']) : `${room.vcpus} vCPUs, ${room.memoryMib} MiB, ${room.diskMib} MiB disk`,
      wanted: `${need.vcpus} vCPUs, ${need.memoryMib} MiB, ${need.diskMib} MiB disk`,
    },
  ];
};

const ofInspection = ({ ipv6, host, running }: NodeInspection): Finding[] => [
  {
    check: 'ipv6',
    ok: ipv6 === null ? null : ipv6.host && ipv6.vm,
    found: ipv6 === null ? 'unknown' : `host ${yesNo(ipv6.host)}, VM ${yesNo(ipv6.vm)}`,
    wanted: 'host and VM',
  },
  {
    check: 'egress',
    ok: host === null ? null : host.ipv4 && host.ipv6,
    found: host === null ? 'unknown' : `IPv4 ${yesNo(host.ipv4)}, IPv6 ${yesNo(host.ipv6)}`,
    wanted: 'IPv4 and IPv6',
  },
  { check: 'executions', ok: running !== null, found: running === null ? 'no list' : counted(running, 'VM'), wanted: 'a public list' },
];

const ofOthers = ({ reached, terms, version, history }: SurveyedNode, probe: NodeProbe | undefined): Finding[] => [
  {
    check: 'scheduler',
    ok: reached,
    found: reached === null ? 'unknown' : reached ? 'reaches it' : 'does not reach it',
    wanted: 'reaches it',
  },
  {
    check: 'terms',
    ok: terms === null ? true : takesTerms(probe?.version ?? version) === false ? false : null,
    found: terms ?? 'none',
    wanted: 'none, or --accept-terms at version 2.0 or later',
  },
  {
    check: 'history',
    ok: history.boots + history.failures === 0 ? null : history.boots >= history.failures,
    found: `${history.boots} came up, ${history.failures} failed`,
    wanted: 'no more failures than boots',
  },
];
