import type { Crn } from '../world/crn.ts';
import type { Vm } from '../world/node-state.ts';
import { settleWaiting } from '../world/vm-waiting.ts';
import { leavePool } from './retire-vm.ts';

/** Stops it gracefully and waits for that. G1 then drops it from the pool; G2 keeps it listed as stopped. */
export const stopVm = async (crn: Crn, vm: Vm, ms: number): Promise<void> => {
  const { clock, guests } = crn.world;
  crn.pending.get(vm.hash)?.();
  crn.pending.delete(vm.hash);
  vm.phase = 'stopping';
  vm.sshReadyAt = null;
  vm.times.stopping = clock.now();
  await clock.wait(ms);
  if (crn.state.vms[vm.hash] !== vm || vm.phase !== 'stopping') return;
  vm.phase = 'stopped';
  vm.times.stopped = clock.now();
  guests.close(vm.hash);
  if (crn.spec.generation === 'G1') leavePool(crn, vm);
  else settleWaiting(crn, vm.hash, 'ended');
};
