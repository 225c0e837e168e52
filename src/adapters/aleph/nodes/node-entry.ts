import * as z from 'zod';
import { cleanUntrustedLine } from '../../../domain/text/untrusted.ts';
import type { CloudNode, NodeGpu } from '../../../ports/network/nodes.ts';
import { type Near, nodeUrl } from '../http/public-address.ts';
import { deviceId, itemHash, vendor } from '../http/wire-values.ts';

const amount = z.number().nonnegative();

/** `/about/usage/system`; `kB` here is 1000 bytes (protocol-crn.md §2.3). */
export const wireUsage = z.object({
  cpu: z.object({ count: z.int().nonnegative() }),
  mem: z.object({ total_kB: amount.nullish(), available_kB: amount }),
  disk: z.object({ available_kB: amount }),
  gpu: z
    .object({ available_devices: z.array(z.unknown()) })
    .nullish()
    .catch(null),
});

export const kilobytesToMib = (kilobytes: number): number => Math.floor((kilobytes * 1000) / 1_048_576);

export const wireVersion = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}$/);

/** Strict, because an INSTANCE repeats it; a card that is described otherwise is worth nothing. */
const card = z.object({
  vendor,
  model: z.string().max(80),
  device_name: z.string().max(120),
  device_class: z.enum(['0300', '0302']),
  device_id: deviceId,
});

export const nodeGpus = (values: readonly unknown[]): NodeGpu[] =>
  values.slice(0, 64).flatMap((value) => {
    const found = card.safeParse(value).data;
    if (found === undefined) return [];
    return {
      vendor: found.vendor,
      untrustedModel: cleanUntrustedLine(found.model),
      untrustedDevice: cleanUntrustedLine(found.device_name),
      deviceClass: found.device_class,
      deviceId: found.device_id,
    };
  });

/** The item hash of terms; `unreadable` for anything else that stands there, which nobody can accept. */
const terms = (text: string): string | null => {
  if (text === '') return null;
  return itemHash.safeParse(text).success ? text : 'unreadable';
};

/** Only these three must be right; every other field may be missing or of any type in the wild, and then is worth nothing. */
const entry = z.object({
  hash: itemHash,
  address: z.string().max(512),
  name: z.string().catch(''),
  owner: z.string().max(128).catch(''),
  score: z.number().min(0).max(1).catch(0),
  status: z.string().catch(''),
  version: wireVersion.nullable().catch(null),
  inactive_since: z.unknown().optional(),
  ipv6_check: z
    .object({ host: z.unknown().optional(), vm: z.unknown().optional(), result: z.unknown().optional() })
    .partial()
    .nullish()
    .catch(null),
  qemu_support: z.unknown().optional(),
  gpu_support: z.unknown().optional(),
  confidential_support: z.unknown().optional(),
  compatible_available_gpus: z.array(z.unknown()).catch([]),
  terms_and_conditions: z.string().nullish().catch('unreadable'),
  system_usage: wireUsage.nullish().catch(null),
});

/** A node of crns.json or of corechannel's `resource_nodes`; null where hash or address is unusable (protocol-crn.md §1.1). */
export const nodeEntry = (value: unknown, near: Near): CloudNode | null => {
  const found = entry.safeParse(value).data;
  const url = found === undefined ? null : nodeUrl(found.address, near);
  if (found === undefined || url === null) return null;
  const { system_usage: usage, ipv6_check: ipv6 } = found;
  const mib = (kilobytes: number | null | undefined) => (kilobytes == null ? null : kilobytesToMib(kilobytes));
  return {
    hash: found.hash,
    untrustedName: cleanUntrustedLine(found.name).slice(0, 80),
    url,
    score: found.score,
    version: found.version,
    linked: found.status === 'linked',
    active: found.inactive_since === null || found.inactive_since === undefined,
    ipv6: ipv6?.host === true && (ipv6.vm ?? ipv6.result) === true,
    qemu: found.qemu_support === true,
    terms: terms(found.terms_and_conditions ?? ''),
    gpu: found.gpu_support === true,
    gpus: found.gpu_support === true ? nodeGpus(found.compatible_available_gpus) : [],
    confidential: found.confidential_support === true,
    owner: cleanUntrustedLine(found.owner),
    cores: usage?.cpu.count ?? null,
    memoryTotalMib: mib(usage?.mem.total_kB),
    memoryFreeMib: mib(usage?.mem.available_kB),
    diskFreeMib: mib(usage?.disk.available_kB),
  };
};

export interface NodeEntries {
  /** Every usable entry once. */
  nodes: CloudNode[];
  /** How many nodes are left out because only a private network's may have such an address. */
  leftOut: number;
}

/** The nodes of a list; bad entries are dropped. */
export const nodeEntries = (values: readonly unknown[], near: Near): NodeEntries => {
  const nodes = distinct(values, near);
  return { nodes, leftOut: distinct(values, 'network').length - nodes.length };
};

const distinct = (values: readonly unknown[], near: Near): CloudNode[] => {
  const found = new Map<string, CloudNode>();
  for (const value of values) {
    const node = nodeEntry(value, near);
    if (node !== null && !found.has(node.hash)) found.set(node.hash, node);
  }
  return [...found.values()];
};
