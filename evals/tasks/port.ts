import { unless, upVm } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

export const port = task({
  id: 'port',
  prompt: 'A service listens on port 8080 of the VM web. Make it reachable from outside.',
  given: (world) => upVm(world, 'web --ttl 1h'),
  problems: ({ live, forwards }, id) => [
    ...unless(live.join() === id, 'other VMs run than before'),
    ...unless(forwards.get(id)?.includes(8080) === true, `forwarded are ${forwards.get(id)?.join(' ') ?? 'none'}`),
  ],
});
