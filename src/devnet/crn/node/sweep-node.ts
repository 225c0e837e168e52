import { Decimal } from 'decimal.js';
import { retireVm } from '../vm/retire-vm.ts';
import { stopVm } from '../vm/stop-vm.ts';
import { stopMs } from '../vm/vm-timing.ts';
import { type Crn, isDead, liveVms } from '../world/crn.ts';
import type { Vm } from '../world/node-state.ts';

/** aleph-vm looks at messages and payments once a minute. */
export const sweepEveryMs = 60_000;
/** That many sweeps in a row must agree before a VM goes. */
const strikesToGo = 3;

const gone = new Set(['forgotten', 'removed', 'rejected']);

const end = (crn: Crn, vm: Vm, then: () => void): void => {
  if (vm.phase !== 'running') {
    then();
    return;
  }
  void stopVm(crn, vm, stopMs(crn, vm)).then(() => {
    const now = crn.state.vms[vm.hash];
    if (now === undefined || now === vm) then();
  });
};

const sweepMessages = (crn: Crn): void => {
  for (const vm of liveVms(crn)) {
    const status = crn.world.chain.status(vm.hash);
    vm.strikes.gone = status !== null && gone.has(status) ? vm.strikes.gone + 1 : 0;
    if (vm.strikes.gone >= strikesToGo) end(crn, vm, () => retireVm(crn, vm));
  }
};

/** The oldest VMs that the owner's credits cover for one more second stay; G1 stops the others at once, G2.1 gives them three sweeps. */
const sweepOwner = (crn: Crn, owner: string): void => {
  const vms = liveVms(crn)
    .filter((vm) => vm.spec.owner === owner && vm.phase === 'running' && vm.spec.paymentType === 'credit')
    .sort((a, b) => (a.times.started ?? 0) - (b.times.started ?? 0));
  let left = new Decimal(crn.checks.credits(owner).toString());
  for (const vm of vms) {
    left = left.minus(crn.checks.price(vm.hash) ?? 0);
    vm.strikes.unpaid = left.isNegative() ? vm.strikes.unpaid + 1 : 0;
    if (vm.strikes.unpaid === 0) continue;
    if (crn.spec.generation === 'G1') end(crn, vm, () => undefined);
    else if (vm.strikes.unpaid >= strikesToGo) end(crn, vm, () => retireVm(crn, vm));
  }
};

/** One sweep of one node: VMs whose message ended, then VMs whose owner cannot pay (protocol-crn.md 7.2). */
export const sweepNode = (crn: Crn): void => {
  if (isDead(crn) || liveVms(crn).length === 0) return;
  sweepMessages(crn);
  for (const owner of new Set(liveVms(crn).map((vm) => vm.spec.owner))) sweepOwner(crn, owner);
};
