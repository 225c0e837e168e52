import * as z from 'zod';
import type { NodeRef } from '../../../domain/ledger/vm-record.ts';
import type { NodeProbe, SchedulerWord } from '../../../ports/network/nodes.ts';
import { type Ask, kib } from '../http/http.ts';
import { readJson } from '../http/read-json.ts';
import { itemHash } from '../http/wire-values.ts';
import { runningCount } from './executions.ts';
import { kilobytesToMib, nodeGpus, wireUsage, wireVersion } from './node-entry.ts';
import { schedulerNode } from './scheduler-nodes.ts';

const config = z.object({
  node_hash: itemHash.nullish(),
  version: wireVersion.nullish().catch(null),
  computing: z
    .object({ ENABLE_QEMU_SUPPORT: z.boolean(), ENABLE_CONFIDENTIAL_COMPUTING: z.boolean().nullish().catch(null) })
    .nullish()
    .catch(null),
});

/** Memory that a node keeps from instances: its own 2048 MiB and 8192 MiB for programs (protocol-crn.md §2.6). */
const reservedMib = 2048 + 8192;
/** One compute unit: what a VM on the node has committed at least, in all likelihood. Lists do not say how much. */
const committedMib = 2048;

/**
 * Asks each node itself, and the scheduler about it, all at once. Nodes admit by committed memory, not by what is free at the
 * moment, so the smallest of the figures counts. Nothing is thrown for a node that misbehaves; `problem` says it in fixed words.
 */
export const probe = async (setup: ProbeSetup, nodes: readonly NodeRef[], timeoutMs: number): Promise<NodeProbe[]> =>
  Promise.all(nodes.map((node) => (setup.reachable(node) ? probeOne(setup, node, timeoutMs) : notOurs(node))));

interface ProbeSetup {
  ask: Ask;
  scheduler: string;
  /** May anything connect to this node at all? */
  reachable: (node: NodeRef) => boolean;
  /** What the scheduler has just said, by node hash; null where it did not answer, undefined where it is still to be asked. */
  words: ReadonlyMap<string, SchedulerWord> | null | undefined;
}

const notOurs = ({ hash }: NodeRef): NodeProbe => ({
  hash,
  reachable: false,
  roundTripMs: null,
  identityConfirmed: false,
  namesOther: false,
  qemu: null,
  version: null,
  cores: null,
  memoryTotalMib: null,
  memoryFreeMib: null,
  diskFreeMib: null,
  vcpusFree: null,
  ipv6: null,
  gpus: null,
  confidential: null,
  problem: 'its address is not public',
});

/** A node's version by its own word; null where it does not tell. */
export const nodeVersion = async (ask: Ask, node: NodeRef, timeoutMs: number): Promise<string | null> => {
  const reading = readJson(await ask(`${node.url}/status/config`, { timeoutMs, connectMs: timeoutMs, limitBytes: 64 * kib }), config);
  return reading.kind === 'value' ? (reading.value.version ?? null) : null;
};

const probeOne = async ({ ask, scheduler, words }: ProbeSetup, node: NodeRef, timeoutMs: number): Promise<NodeProbe> => {
  const question = { timeoutMs, connectMs: timeoutMs, limitBytes: 64 * kib };
  const start = performance.now();
  const [identity, usage, running, scheduled] = await Promise.all([
    ask(`${node.url}/status/config`, question).then((answer) => ({ reading: readJson(answer, config), ms: performance.now() - start })),
    ask(`${node.url}/about/usage/system`, question).then((answer) => readJson(answer, wireUsage)),
    runningCount(ask, node, timeoutMs),
    words === undefined ? schedulerNode(ask, scheduler, node.hash, timeoutMs) : (words?.get(node.hash) ?? null),
  ]);
  const ownConfig = identity.reading.kind === 'value' ? identity.reading.value : null;
  const system = usage.kind === 'value' ? usage.value : null;
  const total = system?.mem.total_kB == null ? null : kilobytesToMib(system.mem.total_kB);
  const figures = [
    system === null ? null : kilobytesToMib(system.mem.available_kB),
    total === null ? null : total - reservedMib - committedMib * (running ?? 0),
    scheduled?.memoryFreeMib ?? null,
  ].filter((figure) => figure !== null);
  const confirmed = ownConfig?.node_hash === node.hash;
  return {
    hash: node.hash,
    reachable: identity.reading.kind === 'value' || usage.kind === 'value',
    roundTripMs: ownConfig === null ? null : Math.round(identity.ms),
    identityConfirmed: confirmed,
    namesOther: ownConfig?.node_hash != null && !confirmed,
    qemu: ownConfig?.computing?.ENABLE_QEMU_SUPPORT ?? null,
    version: ownConfig?.version ?? null,
    cores: system?.cpu.count ?? null,
    memoryTotalMib: total,
    memoryFreeMib: system === null ? null : Math.max(0, Math.min(...figures)),
    diskFreeMib:
      system === null ? null : Math.min(kilobytesToMib(system.disk.available_kB), scheduled?.diskFreeMib ?? Number.MAX_SAFE_INTEGER),
    vcpusFree: scheduled?.vcpusFree ?? null,
    ipv6: scheduled?.ipv6 ?? null,
    gpus: system?.gpu == null ? null : nodeGpus(system.gpu.available_devices),
    confidential: ownConfig?.computing?.ENABLE_CONFIDENTIAL_COMPUTING ?? null,
    problem: problemOf(identity.reading.kind, ownConfig, confirmed, system !== null, scheduled),
  };
};

const problemOf = (
  kind: string,
  ownConfig: z.output<typeof config> | null,
  confirmed: boolean,
  usage: boolean,
  scheduled: SchedulerWord | null,
): string | null => {
  if (ownConfig === null) return kind === 'silent' ? 'it does not answer' : 'it answers something that is not a CRN';
  if (ownConfig.node_hash == null) return 'it does not know its own identity yet';
  if (!confirmed) return 'it says that it is another node';
  if (ownConfig.computing?.ENABLE_QEMU_SUPPORT === false) return 'it runs no instances (no QEMU)';
  if (!usage) return 'it does not say what is free';
  if (scheduled?.healthy === false) return 'the scheduler does not reach it';
  // Nothing is placed where the scheduler sees no IPv6 (protocol-crn.md §4.5).
  return scheduled?.ipv6 === false ? 'the scheduler finds no IPv6 for VMs there' : null;
};
