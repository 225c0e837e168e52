import { unless, upVm } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

export const cleanTask = task({
  id: 'clean-task',
  prompt: 'Your task is called alpha, and it is done. Destroy the VMs of the task alpha, and no other.',
  env: { ALEPH_AGENT_TASK: 'alpha' },
  async given(world) {
    await upVm(world, 'a-one --ttl 1h --task alpha');
    await upVm(world, 'a-two --ttl 1h --task alpha');
    return upVm(world, 'b-one --ttl 1h --task beta');
  },
  problems: ({ bills, live }, kept) => [
    ...unless(live.includes(kept), "the other task's VM was destroyed"),
    ...unless(live.length === 1, `${live.length} VMs run`),
    ...unless(bills.length === 3, 'another VM was made'),
  ],
});
