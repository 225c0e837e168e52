import type { NodeFleet } from '../../scheduler/scheduler.ts';
import { isReadable } from '../vm/known-instance.ts';
import { startVm } from '../vm/start-vm.ts';
import { type Crn, isDead, liveVms } from '../world/crn.ts';
import { type InstanceSpec, readInstance } from '../world/instance-spec.ts';
import { admits, hasGpus } from './admission.ts';

const capable = (crn: Crn, spec: InstanceSpec): boolean => !spec.confidential || crn.spec.confidential;

/** The scheduler's view of the nodes. It reaches them without HTTP, and only those that are alive. */
export const createFleet = (crns: readonly Crn[]): NodeFleet => {
  const byHash = new Map(crns.map((crn) => [crn.spec.hash, crn]));
  const ranked = [...crns].sort((a, b) => b.spec.score - a.spec.score).map((crn) => crn.spec.hash);
  const alive = (node: string): Crn | null => {
    const crn = byHash.get(node);
    return crn === undefined || isDead(crn) ? null : crn;
  };
  const observed = (): Map<string, string[]> => {
    const seen = new Map<string, string[]>();
    for (const crn of crns)
      for (const vm of liveVms(crn))
        if (vm.phase === 'running' && !isDead(crn)) seen.set(vm.hash, [...(seen.get(vm.hash) ?? []), crn.spec.hash]);
    return seen;
  };
  return {
    candidates: () => ranked,
    host: (node) => byHash.get(node)?.host ?? null,
    reachable: (node) => alive(node) !== null,
    suits: (node, instance) => {
      const crn = alive(node);
      if (crn === null || !crn.spec.linked || !crn.spec.ipv6.host || !crn.spec.ipv6.vm || !crn.spec.qemu) return false;
      const spec = readInstance(instance.content);
      return crn.state.vms[instance.hash] !== undefined || (capable(crn, spec) && hasGpus(crn, spec) && admits(crn, spec));
    },
    needs: (instance) => {
      const { vcpus, memoryMib, diskMib, nodeHash } = readInstance(instance.content);
      return { vcpus, memoryMib, diskMib, nodeHash };
    },
    observed,
    push: (node, hash) => {
      const crn = alive(node);
      const known = crn?.state.vms[hash];
      const instance = crn?.world.chain.instance(hash) ?? null;
      if (crn === null || instance === null || known?.stoppedByOwner === true) return;
      const spec = known?.spec ?? readInstance(instance.content);
      // the scheduler does not know what its nodes can read
      if (!isReadable(crn, spec)) return;
      if (known !== undefined || (capable(crn, spec) && hasGpus(crn, spec) && admits(crn, spec))) void startVm(crn, hash, spec);
    },
  };
};
