import { isOlder } from './node-version.ts';
import { takesTerms } from './takes-terms.ts';

/** A node's figures that decide whether a VM fits, from the CRN list or from the node itself. null: unknown. */
export interface Capacity {
  cores: number | null;
  memoryTotalMib: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
  /** vCPUs that the scheduler has promised to no VM; no one else publishes that. */
  vcpusFree?: number | null;
}

export interface NodeTraits extends Capacity {
  linked: boolean;
  active: boolean;
  ipv6: boolean;
  qemu: boolean;
  terms: string | null;
  version?: string | null;
  confidential?: boolean;
  /** The node's free cards. */
  gpus?: readonly { untrustedModel: string }[];
}

export interface Need {
  vcpus: number;
  memoryMib: number;
  diskMib: number;
  /** GPU models, one for each card wanted. */
  gpus?: readonly string[];
  confidential?: boolean;
}

/** The network's rules and the user's consent, which decide as well. */
export interface FitRules {
  acceptTerms?: boolean;
  /** The oldest node version that the network accepts. */
  minVersion?: string | null;
  /** The source has only names and scores, so usage is not checked; the node's own answers will decide later. */
  unasked?: boolean;
}

/** Why a node cannot take the VM: fixed words of ours, never the node's text. */
export type Unfit =
  | 'notLinked'
  | 'inactive'
  | 'noIpv6'
  | 'noQemu'
  | 'terms'
  | 'termsVersion'
  | 'oldVersion'
  | 'noGpu'
  | 'notConfidential'
  | 'usageUnknown'
  | 'memory'
  | 'vcpus'
  | 'disk';

/** Memory that a node keeps for the host and for programs, MiB (protocol-crn.md §2.6). */
const reservedMib = 2048 + 8192;

/** vCPUs that a node admits for each core (protocol-crn.md §2.6). */
const overcommit = 4;

/** The capacity that a node still has to give. */
export interface Room {
  vcpus: number;
  memoryMib: number;
  diskMib: number;
}

/**
 * The room that a node has at most; null where it does not say. A node counts committed memory, which only the scheduler publishes, so the
 * smaller of its total admissible memory and its free memory is taken as an upper bound.
 */
export const roomOf = ({ cores, memoryTotalMib, memoryFreeMib, diskFreeMib, vcpusFree }: Capacity): Room | null => {
  if (cores === null || memoryTotalMib === null || memoryFreeMib === null || diskFreeMib === null) return null;
  return {
    vcpus: Math.max(0, Math.min(cores * overcommit, vcpusFree ?? Number.POSITIVE_INFINITY)),
    memoryMib: Math.max(0, Math.min(memoryTotalMib - reservedMib, memoryFreeMib)),
    diskMib: diskFreeMib,
  };
};

/** Why a VM does not fit a node's capacity; an empty list says that it fits. */
export const misfits = (need: Need, capacity: Capacity): Unfit[] => {
  const room = roomOf(capacity);
  if (room === null) return ['usageUnknown'];
  const unfit: Unfit[] = [];
  if (need.memoryMib > room.memoryMib) unfit.push('memory');
  if (need.vcpus > room.vcpus) unfit.push('vcpus');
  if (need.diskMib > room.diskMib) unfit.push('disk');
  return unfit;
};

/** Why a node cannot take a VM whatever capacity is free and whatever the node answers. */
export const barred = (need: Pick<Need, 'gpus' | 'confidential'>, node: NodeTraits, rules: FitRules = {}): Unfit[] => {
  const unfit: Unfit[] = [];
  if (!node.linked) unfit.push('notLinked');
  if (node.terms !== null) {
    // where the version does not take them, nobody needs to accept them
    if (takesTerms(node.version ?? null, need) === false) unfit.push('termsVersion');
    else if (!(rules.acceptTerms && /^[0-9a-f]{64}$/.test(node.terms))) unfit.push('terms');
  }
  if (isOlder(node.version ?? null, rules.minVersion ?? null) === true) unfit.push('oldVersion');
  if (!hasGpus(need.gpus ?? [], node.gpus ?? [])) unfit.push('noGpu');
  if (need.confidential === true && node.confidential !== true) unfit.push('notConfidential');
  return unfit;
};

/** Every reason why a node will not take a VM; an empty list says that it will. */
export const unfitReasons = (need: Need, node: NodeTraits, rules: FitRules = {}): Unfit[] => {
  const unfit = barred(need, node, rules);
  if (!node.active) unfit.push('inactive');
  if (rules.unasked) return unfit;
  if (!node.ipv6) unfit.push('noIpv6');
  if (!node.qemu) unfit.push('noQemu');
  return [...unfit, ...misfits(need, node)];
};

/** Are two spellings of a GPU model the same? Letter case and spaces do not count. */
export const sameModel = (wanted: string, model: string): boolean => plain(wanted) === plain(model);

const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, '');

/** Does a node have a free card for each model wanted, no card counted twice? */
const hasGpus = (wanted: readonly string[], cards: readonly { untrustedModel: string }[]): boolean => {
  const left = cards.map(({ untrustedModel }) => untrustedModel);
  return wanted.every((model) => {
    const at = left.findIndex((card) => sameModel(model, card));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
};
