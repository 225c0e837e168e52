import { isOlder } from './node-version.ts';

/** What of a node decides whether a VM fits: the list's word, or the node's own. null is unknown. */
export interface Capacity {
  cores: number | null;
  memoryTotalMib: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
  /** vCPUs that nobody was promised; only the scheduler knows. */
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
  /** Cards that nobody holds. */
  gpus?: readonly { untrustedModel: string }[];
}

export interface Need {
  vcpus: number;
  memoryMib: number;
  diskMib: number;
  /** Models, one for each card. */
  gpus?: readonly string[];
  confidential?: boolean;
}

/** What else decides: the network's rules, and what the user agreed to. */
export interface FitRules {
  acceptTerms?: boolean;
  /** The least version that the network accepts. */
  minVersion?: string | null;
  /** The list knows no more than names and scores: what the node itself answers will decide. */
  unasked?: boolean;
}

/** Why a node will not do: fixed words, never the node's own. */
export type Unfit =
  | 'notLinked'
  | 'inactive'
  | 'noIpv6'
  | 'noQemu'
  | 'terms'
  | 'oldVersion'
  | 'noGpu'
  | 'notConfidential'
  | 'usageUnknown'
  | 'memory'
  | 'vcpus'
  | 'disk';

/** What a node keeps back for the host and for programs, MiB (protocol-crn.md §2.6). */
const reservedMib = 2048 + 8192;

/** vCPUs that a node admits for each core (protocol-crn.md §2.6). */
const overcommit = 4;

/** What a node will still take. */
export interface Room {
  vcpus: number;
  memoryMib: number;
  diskMib: number;
}

/**
 * What a node will really admit; null where it does not say. It counts committed memory, which only the scheduler publishes: the
 * smaller of what it admits when empty and of what is free now bounds it from above.
 */
export const roomOf = ({ cores, memoryTotalMib, memoryFreeMib, diskFreeMib, vcpusFree }: Capacity): Room | null => {
  if (cores === null || memoryTotalMib === null || memoryFreeMib === null || diskFreeMib === null) return null;
  return {
    vcpus: Math.max(0, Math.min(cores * overcommit, vcpusFree ?? Number.POSITIVE_INFINITY)),
    memoryMib: Math.max(0, Math.min(memoryTotalMib - reservedMib, memoryFreeMib)),
    diskMib: diskFreeMib,
  };
};

/** Does a VM fit by capacity? An empty list says yes. */
export const misfits = (need: Need, capacity: Capacity): Unfit[] => {
  const room = roomOf(capacity);
  if (room === null) return ['usageUnknown'];
  const unfit: Unfit[] = [];
  if (need.memoryMib > room.memoryMib) unfit.push('memory');
  if (need.vcpus > room.vcpus) unfit.push('vcpus');
  if (need.diskMib > room.diskMib) unfit.push('disk');
  return unfit;
};

/** What rules a node out whatever it has free, and whatever it answers. */
export const barred = (need: Pick<Need, 'gpus' | 'confidential'>, node: NodeTraits, rules: FitRules = {}): Unfit[] => {
  const unfit: Unfit[] = [];
  if (!node.linked) unfit.push('notLinked');
  if (node.terms !== null && !(rules.acceptTerms && /^[0-9a-f]{64}$/.test(node.terms))) unfit.push('terms');
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

/** Is this the model that somebody asks for? Letter case and spaces do not count. */
export const sameModel = (wanted: string, model: string): boolean => plain(wanted) === plain(model);

const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, '');

/** Each model as often as it is asked for, every card once. */
const hasGpus = (wanted: readonly string[], cards: readonly { untrustedModel: string }[]): boolean => {
  const left = cards.map(({ untrustedModel }) => untrustedModel);
  return wanted.every((model) => {
    const at = left.findIndex((card) => sameModel(model, card));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
};
