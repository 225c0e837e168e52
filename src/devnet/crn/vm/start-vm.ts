import type { Crn } from '../world/crn.ts';
import type { InstanceSpec } from '../world/instance-spec.ts';
import type { Vm } from '../world/node-state.ts';
import { type Outcome, outcomeOf } from '../world/vm-waiting.ts';
import { bootVm } from './boot-vm.ts';

/** The first /24 of a VM. */
const firstSlot = 4;

const freeSlot = (crn: Crn): number => {
  const held = new Set(Object.values(crn.state.vms).map((vm) => vm.slot));
  let slot = firstSlot;
  while (held.has(slot)) slot++;
  return slot;
};

const define = (crn: Crn, hash: string, spec: InstanceSpec): Vm => {
  const none = { preparing: null, prepared: null, starting: null, started: null, stopping: null, stopped: null };
  const vm: Vm = {
    hash,
    spec,
    phase: 'preparing',
    slot: freeSlot(crn),
    times: { defined: crn.world.clock.now(), ...none },
    sshReadyAt: null,
    stoppedByOwner: false,
    strikes: { gone: 0, unpaid: 0 },
  };
  crn.state.vms[hash] = vm;
  return vm;
};

/**
 * Makes the VM run and waits until it does: running is left alone, booting is waited for, stopping is waited for and started again, stopped is
 * resumed in place (G2), failed is recreated with its ports. Capacity is the caller's question.
 */
export const startVm = async (crn: Crn, hash: string, spec: InstanceSpec): Promise<Outcome> => {
  const known = crn.state.vms[hash];
  if (known?.phase === 'running') return 'running';
  const outcome = outcomeOf(crn, hash);
  if (known === undefined) bootVm(crn, define(crn, hash, spec));
  else if (known.phase === 'stopped') bootVm(crn, known);
  else if (known.phase === 'failed') {
    delete crn.state.vms[hash];
    bootVm(crn, define(crn, hash, spec));
  } else if (known.phase === 'stopping') {
    await outcome;
    return startVm(crn, hash, spec);
  }
  return outcome;
};
