/** What of a node decides whether a VM fits: the list's word, or the node's own. null is unknown. */
export interface Capacity {
  cores: number | null;
  memoryTotalMib: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
}

export interface NodeTraits extends Capacity {
  linked: boolean;
  active: boolean;
  ipv6: boolean;
  qemu: boolean;
  terms: string | null;
}

export interface Need {
  vcpus: number;
  memoryMib: number;
  diskMib: number;
}

/** Why a node will not do: fixed words, never the node's own. */
export type Unfit = 'notLinked' | 'inactive' | 'noIpv6' | 'noQemu' | 'terms' | 'usageUnknown' | 'memory' | 'vcpus' | 'disk';

/** What a node keeps back for the host and for programs, MiB (protocol-crn.md §2.6). */
const reservedMib = 2048 + 8192;

/** vCPUs that a node admits for each core (protocol-crn.md §2.6). */
const overcommit = 4;

/**
 * What a node will really admit. It counts committed memory, which nobody publishes: the smaller of what it admits when empty
 * and of what is free now bounds it from above.
 */
const admittedMib = (total: number, free: number): number => Math.min(total - reservedMib, free);

/** Does a VM fit by capacity? An empty list says yes. */
export const misfits = (need: Need, { cores, memoryTotalMib, memoryFreeMib, diskFreeMib }: Capacity): Unfit[] => {
  if (cores === null || memoryTotalMib === null || memoryFreeMib === null || diskFreeMib === null) return ['usageUnknown'];
  const unfit: Unfit[] = [];
  if (need.memoryMib > admittedMib(memoryTotalMib, memoryFreeMib)) unfit.push('memory');
  if (need.vcpus > cores * overcommit) unfit.push('vcpus');
  if (need.diskMib > diskFreeMib) unfit.push('disk');
  return unfit;
};

/** Every reason why a node will not take a VM; an empty list says that it will. `accepts`: hashes of terms that the user accepted. */
export const unfitReasons = (need: Need, node: NodeTraits, accepts: readonly string[] = []): Unfit[] => {
  const unfit: Unfit[] = [];
  if (!node.linked) unfit.push('notLinked');
  if (!node.active) unfit.push('inactive');
  if (!node.ipv6) unfit.push('noIpv6');
  if (!node.qemu) unfit.push('noQemu');
  if (node.terms !== null && !accepts.includes(node.terms)) unfit.push('terms');
  return [...unfit, ...misfits(need, node)];
};
