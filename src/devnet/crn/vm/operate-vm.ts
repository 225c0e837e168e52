import type { Crn } from '../world/crn.ts';
import { CrnError, jsonError, reasonError } from '../world/crn-error.ts';
import type { Vm } from '../world/node-state.ts';
import { outcomeOf } from '../world/vm-waiting.ts';
import { bootVm, mapPorts } from './boot-vm.ts';
import { dropForwards } from './forwards.ts';
import { diskName } from './guest-of.ts';
import { leavePool, purgeDisk } from './retire-vm.ts';
import { startVm } from './start-vm.ts';
import { stopVm } from './stop-vm.ts';
import { bootTiming, stopMs } from './vm-timing.ts';

/** An owner's call on a VM of the pool: plain text when it succeeds. */
type Operation = (crn: Crn, vm: Vm, query: URLSearchParams) => Promise<string>;

const halt = async (crn: Crn, vm: Vm): Promise<void> => {
  vm.stoppedByOwner = true;
  if (vm.phase === 'stopped' || vm.phase === 'failed') return;
  await stopVm(crn, vm, vm.phase === 'running' ? stopMs(crn, vm) : 0);
};

const stop: Operation = async (crn, vm) => {
  if (vm.phase === 'stopped') return 'Already stopped, nothing to do';
  await halt(crn, vm);
  return `Stopped VM with ref ${vm.hash}`;
};

/** On a VM that does not run it claims to start it, and does not (protocol-crn.md 2.8). */
const reboot: Operation = async (crn, vm) => {
  if (vm.phase !== 'running') return `Starting VM (was not running) with ref ${vm.hash}`;
  const { bootMs, sshMs } = bootTiming(crn, vm);
  vm.sshReadyAt = crn.world.clock.now() + bootMs + sshMs;
  crn.world.guests.restart(vm.hash);
  return `Rebooted VM with ref ${vm.hash}`;
};

/** G1 deletes data volumes and leaves the root file system; G2.1 purges the whole VM directory. */
const erase: Operation = async (crn, vm) => {
  if (crn.world.faults.strike(crn.host, 'erase-fails') !== null)
    throw new CrnError(500, '500 Internal Server Error\n\nServer got itself in trouble');
  await halt(crn, vm);
  leavePool(crn, vm);
  dropForwards(crn, vm.hash);
  if (crn.spec.generation === 'G2') purgeDisk(crn, vm.hash);
  else crn.world.guests.purge(diskName(crn, vm.hash), 'volumes');
  return `Erased VM with ref ${vm.hash}`;
};

/** The root file system is always rebuilt from its image; data volumes too, unless `erase_volumes=false`. Addresses and ports stay. */
const reinstall: Operation = async (crn, vm, query) => {
  crn.pending.get(vm.hash)?.();
  crn.world.guests.close(vm.hash);
  crn.world.guests.purge(diskName(crn, vm.hash), query.get('erase_volumes') === 'false' ? 'rootfs' : 'all');
  crn.state.disks[vm.hash] = { made: crn.world.clock.now() };
  const outcome = outcomeOf(crn, vm.hash);
  bootVm(crn, vm);
  if ((await outcome) !== 'running') throw jsonError(500, 'Reinstall failed');
  return `Reinstalled VM with ref ${vm.hash}`;
};

const start: Operation = async (crn, vm) => {
  if (vm.phase === 'running') return `Already running VM with ref ${vm.hash}`;
  if ((await startVm(crn, vm.hash, vm.spec)) !== 'running') throw jsonError(500, 'VM failed to start');
  return `Started VM with ref ${vm.hash}`;
};

export const operations: Record<string, Operation> = { stop, reboot, erase, reinstall, start };

/** `start` came with the newest G2 only. */
export const offers = (crn: Crn, operation: string): boolean =>
  Object.hasOwn(operations, operation) && (operation !== 'start' || (crn.spec.generation === 'G2' && crn.spec.version !== '2.1.0'));

/** `POST update`, which asks for no authentication: reads the owner's forwards again. */
export const updateForwards = async (crn: Crn, hash: string): Promise<Record<string, unknown>> => {
  const vm = crn.state.vms[hash];
  if (vm === undefined) throw reasonError(404, 'VM not found');
  if (vm.phase !== 'running') return { status: 'ok', msg: 'VM not starting yet' };
  await mapPorts(crn, vm);
  return {};
};
