import type { Crn } from '../world/crn.ts';
import type { Vm } from '../world/node-state.ts';
import { settleWaiting } from '../world/vm-waiting.ts';
import { dropForwards } from './forwards.ts';
import { diskName } from './guest-of.ts';

/** Out of the pool and the lists at once; disk and port mappings stay. */
export const leavePool = (crn: Crn, vm: Vm): void => {
  crn.pending.get(vm.hash)?.();
  crn.pending.delete(vm.hash);
  crn.world.guests.close(vm.hash);
  const now = crn.world.clock.now();
  vm.times.stopping ??= now;
  vm.times.stopped ??= now;
  delete crn.state.vms[vm.hash];
  settleWaiting(crn, vm.hash, 'ended');
};

/** Deletes the whole disk: what boots here next under this hash is a new installation. */
export const purgeDisk = (crn: Crn, hash: string): void => {
  if (crn.state.disks[hash] === undefined) return;
  crn.world.guests.purge(diskName(crn, hash), 'all');
  delete crn.state.disks[hash];
};

/** The network has no more use for it: ports dropped, VM dropped; G1 leaves the disk, G2.1 reaps it (protocol-crn.md 0.2, 7.2). */
export const retireVm = (crn: Crn, vm: Vm): void => {
  leavePool(crn, vm);
  dropForwards(crn, vm.hash);
  if (crn.spec.generation === 'G2') purgeDisk(crn, vm.hash);
};
