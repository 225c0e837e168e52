import type { Crn } from '../world/crn.ts';
import type { Vm } from '../world/node-state.ts';

const between = (from: number, to: number, fraction: number): number => Math.round(from + (to - from) * fraction);

/** How long the parts of a boot take, ms, fixed by seed, node and VM. The image is downloaded at its first use on a node. */
export const bootTiming = (crn: Crn, vm: Vm): { prepareMs: number; bootMs: number; sshMs: number } => {
  const random = crn.world.random.fork(`boot/${crn.spec.hash}/${vm.hash}`);
  const cold = !crn.state.images.includes(vm.spec.image);
  const slow = crn.world.faults.strike(crn.host, 'slow-boot')?.ms ?? 0;
  return {
    prepareMs: cold ? between(5_000, 40_000, random.fraction()) : between(300, 1_500, random.fraction()),
    bootMs: between(10_000, 30_000, random.fraction()) + slow,
    sshMs: between(2_000, 6_000, random.fraction()),
  };
};

/** A graceful stop: the guest takes the ACPI signal within seconds. */
export const stopMs = (crn: Crn, vm: Vm): number =>
  between(1_500, 5_000, crn.world.random.fork(`stop/${crn.spec.hash}/${vm.hash}`).fraction());
