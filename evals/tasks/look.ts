import { isAbout, shown, unless, upVm, usdPerHour } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

export const look = task({
  id: 'look',
  prompt:
    'How many VMs of the account are running, and what do they cost together in USD an hour? Write {"vms": N, "usdPerHour": "0.0000"} into answer.json. Change nothing.',
  async given(world) {
    await upVm(world, 'ci --ttl 1h');
    await upVm(world, 'web --cu 2 --ttl 1h');
  },
  problems: ({ bills, live, answer }) => [
    ...unless(answer['vms'] === live.length, `answer.json says ${shown(answer['vms'])} VMs, ${live.length} run`),
    ...unless(isAbout(answer['usdPerHour'], usdPerHour(bills)), `answer.json says ${shown(answer['usdPerHour'])} USD an hour`),
    ...unless(live.length === 2 && bills.length === 2, 'VMs were made or destroyed'),
  ],
});
