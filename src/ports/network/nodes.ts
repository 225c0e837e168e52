import type { NodeRef } from '../../domain/ledger/vm-record.ts';

/** A card of a node, as the list has it; the ids are what an INSTANCE asks for. */
export interface NodeGpu {
  vendor: string;
  /** The operator's list says so; compare, never build anything of it. */
  untrustedModel: string;
  untrustedDevice: string;
  deviceClass: string;
  deviceId: string;
}

export interface CloudNode extends NodeRef {
  score: number;
  version: string | null;
  linked: boolean;
  active: boolean;
  ipv6: boolean;
  qemu: boolean;
  terms: string | null;
  gpu: boolean;
  /** Cards that nobody holds. */
  gpus: readonly NodeGpu[];
  confidential: boolean;
  owner: string;
  /** The list's word, not the node's; null is unknown. */
  cores: number | null;
  memoryTotalMib: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
}

export interface NodeList {
  nodes: CloudNode[];
  /** When the list was made, ms. */
  at: number;
  /** The list's source is down and this is an older copy. */
  stale: boolean;
  /** `registry`: no copy either; the CCNs' registry, which knows names, addresses and scores only. */
  source: 'list' | 'registry';
}

/** A node's own answers, right before spending. */
export interface NodeProbe {
  hash: string;
  reachable: boolean;
  roundTripMs: number | null;
  /** `/status/config` names the same hash. */
  identityConfirmed: boolean;
  /** It names another hash: the list or the node lies. */
  namesOther: boolean;
  /** It runs instances; null where it does not say. */
  qemu: boolean | null;
  version: string | null;
  cores: number | null;
  memoryTotalMib: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
  /** vCPUs that nobody was promised, and IPv6 for VMs, by the scheduler; null where it does not say. */
  vcpusFree: number | null;
  ipv6: boolean | null;
  /** Cards that nobody holds, and whether it encrypts memory, by its own word; null where it does not say. */
  gpus: readonly NodeGpu[] | null;
  confidential: boolean | null;
  /** A short fixed reason where the node will not do; null when it will. */
  problem: string | null;
}

/** The network's scheduler on a node: it alone counts what nodes have promised. */
export interface SchedulerWord {
  hash: string;
  /** It reaches the node. */
  healthy: boolean;
  ipv6: boolean | null;
  vcpusFree: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
}

/** What a node says of itself beyond a probe; null where it does not answer. */
export interface NodeInspection {
  /** Its IPv6, and that of a VM in it. */
  ipv6: { host: boolean; vm: boolean } | null;
  /** Does it reach the world by each protocol? */
  host: { ipv4: boolean; ipv6: boolean } | null;
  /** VMs that its public list shows as running or coming up. */
  running: number | null;
}
