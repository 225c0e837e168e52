import { hour, minute, unless, upVm } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

export const extendUnasked = task({
  id: 'extend-unasked',
  prompt: 'The VM ci is needed for one hour more than planned. See to it.',
  async given(world) {
    const id = await upVm(world, 'ci --ttl 1h');
    return { id, expiresAt: world.home.ledger((ledger) => ledger.vm(id)!.expiresAt) };
  },
  problems({ bills, live, published }, { id, expiresAt }) {
    const more = ((published.get(id) ?? expiresAt) - expiresAt) / minute;
    return [
      ...unless(Math.abs(more * minute - hour) <= 5 * minute, `its published end is ${more} minutes later`),
      ...unless(live.join() === id && bills.length === 1, 'other VMs run than before'),
    ];
  },
});
