import { sweepEveryMs, sweepNode } from './crn/node/sweep-node.ts';
import { mapPorts } from './crn/vm/boot-vm.ts';
import { type Crn, liveVms } from './crn/world/crn.ts';
import { observeEveryMs, type Scheduler, watchEveryMs } from './scheduler/scheduler.ts';
import type { Chain } from './world/chain.ts';
import type { DevnetClock } from './world/clock.ts';

/** Forwards follow their aggregate as it changes: nodes watch messages since 1.11. A bad entry leaves things as they are. */
const followForwards = (chain: Chain, crns: readonly Crn[]): void =>
  chain.on('aggregate', (subject) => {
    const [owner, key] = subject.split('/');
    if (key !== 'port-forwarding') return;
    for (const crn of crns)
      for (const vm of liveVms(crn)) if (vm.spec.owner === owner && vm.phase === 'running') void mapPorts(crn, vm).catch(() => undefined);
  });

/** Starts what nodes and scheduler do by themselves. */
export const startLoops = (clock: DevnetClock, chain: Chain, crns: readonly Crn[], scheduler: Scheduler): void => {
  clock.every(sweepEveryMs, () => crns.forEach(sweepNode));
  clock.every(watchEveryMs, scheduler.watch);
  clock.every(observeEveryMs, scheduler.observe);
  followForwards(chain, crns);
};
