import { resumeVm } from '../vm/boot-vm.ts';
import type { Crn, CrnWorld } from '../world/crn.ts';
import type { NodeSpec } from '../world/node-spec.ts';
import { emptyNodeState, type NodeState } from '../world/node-state.ts';
import { createOwnerChecks } from '../world/owner-checks.ts';

/** A node at its address (no trailing slash), with what an earlier run left on it. */
export const createCrn = (world: CrnWorld, spec: NodeSpec, address: string, saved?: Partial<NodeState>): Crn => {
  const crn: Crn = {
    world,
    checks: createOwnerChecks(world.chain, world.clock, spec.version),
    spec,
    // earlier versions kept less
    state: { ...emptyNodeState(), ...saved },
    host: `crn-${spec.index}`,
    address,
    domain: new URL(address).hostname,
    pending: new Map(),
    waiting: new Map(),
  };
  for (const ports of Object.values(crn.state.ports)) for (const { host } of Object.values(ports)) world.guests.reservePort(host);
  for (const vm of Object.values(crn.state.vms)) resumeVm(crn, vm);
  return crn;
};
