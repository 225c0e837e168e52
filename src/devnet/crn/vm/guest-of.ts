import type { Guest, GuestAnswer } from '../../guests/guest-host.ts';
import { type Crn, isDead } from '../world/crn.ts';
import type { Vm } from '../world/node-state.ts';

/** How the VM's guest answers at its SSH port at this moment of the devnet's clock. */
export const answerOf = (crn: Crn, hash: string): GuestAnswer => {
  const vm = crn.state.vms[hash];
  if (vm === undefined || isDead(crn) || vm.phase !== 'running') return 'refused';
  if (vm.sshReadyAt === null || crn.world.clock.now() < vm.sshReadyAt) return 'refused';
  return crn.world.faults.holds(crn.host, 'ssh-silent') === null ? 'ssh' : 'silent';
};

/** Names the VM's disk on this node, however often it is rebuilt. */
export const diskName = (crn: Crn, hash: string): string => `${hash}-${crn.spec.index}`;

export const guestOf = (crn: Crn, vm: Vm): Guest => ({
  hash: vm.hash,
  disk: diskName(crn, vm.hash),
  installation: crn.state.disks[vm.hash]?.made ?? 0,
  authorizedKeys: vm.spec.authorizedKeys,
  answers: () => answerOf(crn, vm.hash),
  impostor: () => crn.world.faults.holds(crn.host, 'other-host-key') !== null,
});
