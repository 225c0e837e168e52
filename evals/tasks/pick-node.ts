import { line, unless } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

interface Crn {
  hash: string;
  freeMemoryMib: number | null;
  problems: string[];
}

export const pickNode = task({
  id: 'pick-node',
  prompt: 'Make a VM called near for one hour on the sound compute node (CRN) that has the most free memory of all.',
  async given(world) {
    const { items } = (await line(world, 'crns ls --limit 1000 --full')) as unknown as { items: Crn[] };
    const sound = items.filter(({ problems }) => problems.length === 0);
    const most = Math.max(...sound.map(({ freeMemoryMib }) => freeMemoryMib ?? 0));
    return sound.filter(({ freeMemoryMib }) => freeMemoryMib === most).map(({ hash }) => hash);
  },
  problems({ bills, live, rows }, best) {
    const row = rows.find(({ id }) => live.includes(id));
    return [
      ...unless(bills.length === 1 && live.length === 1, `${bills.length} VMs were made, ${live.length} run`),
      ...unless(row !== undefined && best.includes(row.node.hash), `it runs on ${row?.node.untrustedName}`),
      ...unless(row?.state === 'healthy', `it is ${row?.state}`),
    ];
  },
});
