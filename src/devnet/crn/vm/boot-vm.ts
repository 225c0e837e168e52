import { type Crn, isDead } from '../world/crn.ts';
import type { Vm } from '../world/node-state.ts';
import { settleWaiting } from '../world/vm-waiting.ts';
import { applyForwards } from './forwards.ts';
import { guestOf } from './guest-of.ts';
import { leavePool } from './retire-vm.ts';
import { stopVm } from './stop-vm.ts';
import { bootTiming } from './vm-timing.ts';

const after = (crn: Crn, vm: Vm, ms: number, step: () => void): void => {
  const { clock } = crn.world;
  crn.pending.get(vm.hash)?.();
  const task = (): void => {
    crn.pending.delete(vm.hash);
    if (crn.state.vms[vm.hash] === vm) step();
  };
  crn.pending.set(vm.hash, clock.at(clock.now() + ms, task));
};

/** Opens the guest's port and applies the forwards; a bad aggregate tears a new VM down, as it does on G1. */
export const mapPorts = (crn: Crn, vm: Vm): Promise<void> =>
  applyForwards(crn, vm, (port) => crn.world.guests.open({ ...guestOf(crn, vm), poweredOff: () => halted(crn, vm) }, port));

/** The guest turned itself off. */
const halted = (crn: Crn, vm: Vm): void => {
  if (crn.state.vms[vm.hash] === vm && vm.phase === 'running') void stopVm(crn, vm, 0);
};

const running = (crn: Crn, vm: Vm, sshMs: number): void => {
  const now = crn.world.clock.now();
  vm.phase = 'running';
  vm.times.started = now;
  vm.sshReadyAt = now + sshMs;
  crn.state.past[vm.hash] = { owner: vm.spec.owner, times: vm.times };
  mapPorts(crn, vm).then(
    () => settleWaiting(crn, vm.hash, 'running'),
    (error: unknown) => {
      settleWaiting(crn, vm.hash, error);
      leavePool(crn, vm);
    },
  );
};

const starting = (crn: Crn, vm: Vm, timing: { bootMs: number; sshMs: number }): void => {
  const { clock, faults } = crn.world;
  if (!crn.state.images.includes(vm.spec.image)) crn.state.images.push(vm.spec.image);
  vm.phase = 'starting';
  vm.times.prepared = clock.now();
  vm.times.starting = clock.now();
  const dies = faults.strike(crn.host, 'dies-mid-boot') !== null;
  after(crn, vm, dies ? timing.bootMs / 2 : timing.bootMs, () => {
    if (dies) faults.add({ target: crn.host, kind: 'dead' });
    // a confidential guest stays before its boot until its owner injects the secret of its disk (protocol-crn.md §9.1)
    if (!isDead(crn) && vm.spec.confidential) return settleWaiting(crn, vm.hash, 'running');
    if (!isDead(crn)) return running(crn, vm, timing.sshMs);
    leavePool(crn, vm);
    settleWaiting(crn, vm.hash, 'ended');
  });
};

/** Brings a VM of the pool up from `preparing`: download on first use of the image, boot, then ports and sshd. */
export const bootVm = (crn: Crn, vm: Vm): void => {
  const now = crn.world.clock.now();
  const timing = bootTiming(crn, vm);
  vm.phase = 'preparing';
  vm.stoppedByOwner = false;
  vm.sshReadyAt = null;
  Object.assign(vm.times, { preparing: now, prepared: null, starting: null, started: null, stopping: null, stopped: null });
  crn.state.disks[vm.hash] ??= { made: now };
  after(crn, vm, timing.prepareMs, () => starting(crn, vm, timing));
};

/** Takes up a VM where a saved state left it: what was on its way boots again, what ran listens again. */
export const resumeVm = (crn: Crn, vm: Vm): void => {
  if (vm.phase === 'preparing' || vm.phase === 'starting') bootVm(crn, vm);
  else if (vm.phase === 'stopping') {
    vm.phase = 'stopped';
    vm.times.stopped = crn.world.clock.now();
  } else if (vm.phase === 'running') void mapPorts(crn, vm).catch(() => leavePool(crn, vm));
};
