import { hour, minute, unless } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

export const createWithin = task({
  id: 'create-within',
  prompt:
    'A VM called build with 2 compute units is needed for two hours. It may cost 0.10 USD in all, at most. Make it, be sure that one can log in, and leave it running.',
  given: async () => undefined,
  problems({ bills, live, rows }) {
    const row = rows.find(({ id }) => live.includes(id));
    return [
      ...unless(bills.length === 1 && live.length === 1, `${bills.length} VMs were made, ${live.length} run`),
      ...unless(row?.name === 'build', `the VM that runs is called ${row?.name}`),
      ...unless(row?.spec.vcpus === 2, `it has ${row?.spec.vcpus} vCPUs`),
      ...unless(row?.state === 'healthy', `it is ${row?.state}`),
      ...unless(
        row !== undefined && Math.abs(row.expiresAt - row.signedAt - 2 * hour) < 10 * minute,
        `it lives ${row?.ttlSeconds} s instead of two hours`,
      ),
    ];
  },
});
