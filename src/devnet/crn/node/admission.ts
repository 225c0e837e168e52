import { type Crn, liveVms } from '../world/crn.ts';
import { type InstanceSpec, promisedDisk } from '../world/instance-spec.ts';
import type { NodeGpu } from '../world/node-spec.ts';

/** MiB that a node keeps for itself and for programs (aleph-vm conf.py). */
const hostReservedMib = 2048;
const programReservedMib = 8192;
const vcpuOvercommit = 4;

export interface Capacity {
  vcpus: { total: number; free: number };
  memoryMib: { total: number; free: number };
  diskMib: { total: number; free: number };
}

/** What a node still admits: memory without overcommit, four vCPUs a core, disk that nobody was promised. Stopped VMs keep their share on G2. */
export const capacityOf = (crn: Crn): Capacity => {
  const { spec } = crn;
  const held = liveVms(crn).map((vm) => vm.spec);
  const sum = (of: (one: InstanceSpec) => number): number => held.reduce((total, one) => total + of(one), 0);
  const vcpus = spec.cores * vcpuOvercommit;
  const memory = Math.max(0, spec.memoryMib - hostReservedMib - programReservedMib);
  return {
    vcpus: { total: vcpus, free: vcpus - spec.committed.vcpus - sum((one) => one.vcpus) },
    memoryMib: { total: memory, free: memory - spec.committed.memoryMib - sum((one) => one.memoryMib) },
    diskMib: { total: spec.diskMib, free: spec.diskMib - spec.committed.diskMib - sum(promisedDisk) },
  };
};

/** Would this node take it now (protocol-crn.md 2.6)? A VM that is there already passes without this. */
export const admits = (crn: Crn, spec: InstanceSpec): boolean => {
  if (crn.world.faults.holds(crn.host, 'full') !== null) return false;
  const { vcpus, memoryMib, diskMib } = capacityOf(crn);
  return spec.vcpus <= vcpus.free && spec.memoryMib <= memoryMib.free && promisedDisk(spec) <= diskMib.free;
};

/** Takes a card of each of these devices out of `cards`; false where one is missing. */
const take = (cards: NodeGpu[], devices: readonly string[]): boolean =>
  devices.every((device) => {
    const at = cards.findIndex((gpu) => gpu.device_id === device);
    if (at >= 0) cards.splice(at, 1);
    return at >= 0;
  });

/** Cards that no VM of the node's holds, stopped ones included. */
export const freeGpus = (crn: Crn): NodeGpu[] => {
  const free = [...crn.spec.gpus];
  for (const vm of liveVms(crn)) take(free, vm.spec.gpuDevices);
  return free;
};

/** True when the node has every GPU that is asked for, each device once, and nobody else holds them. */
export const hasGpus = (crn: Crn, spec: InstanceSpec): boolean => take(freeGpus(crn), spec.gpuDevices);
