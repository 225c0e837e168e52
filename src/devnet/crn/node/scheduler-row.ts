import type { NodeRow } from '../../scheduler/node-row.ts';
import { type Crn, isDead, liveVms } from '../world/crn.ts';
import type { NodeGpu } from '../world/node-spec.ts';
import { capacityOf, freeGpus } from './admission.ts';

/** The node as the scheduler lists it. */
export const schedulerRow = (crn: Crn): NodeRow => {
  const { spec, world } = crn;
  const { vcpus, memoryMib, diskMib } = capacityOf(crn);
  const free = freeGpus(crn);
  const idsOf = (cards: readonly NodeGpu[]): string[] => cards.map((gpu) => gpu.device_id);
  return {
    node_hash: spec.hash,
    name: spec.name,
    owner: spec.owner,
    address: crn.address,
    status: isDead(crn) ? 'Unreachable' : 'Healthy',
    staked: spec.linked,
    vcpus_total: vcpus.total,
    vcpus_available: Math.max(0, vcpus.free),
    memory_total_mb: memoryMib.total,
    memory_available_mb: Math.max(0, memoryMib.free),
    disk_total_mb: diskMib.total,
    disk_available_mb: Math.max(0, diskMib.free),
    supports_ipv6: spec.ipv6.vm,
    confidential_computing_enabled: spec.confidential,
    cpu_architecture: 'x86_64',
    cpu_vendor: 'AuthenticAMD',
    cpu_features: spec.confidential ? ['sev', 'sev_es'] : [],
    gpus: { used: idsOf(spec.gpus.filter((gpu) => !free.includes(gpu))), available: idsOf(free) },
    payment_receiver: spec.reward,
    vm_count: liveVms(crn).length,
    discovered_at: new Date(spec.registeredAt * 1000).toISOString(),
    updated_at: new Date(world.clock.now()).toISOString(),
    ipv6: `${spec.ipv6Prefix}::1`,
  };
};
