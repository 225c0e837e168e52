import { unless } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

export const stillWaiting = task({
  id: 'still-waiting',
  prompt: 'Make one VM called slow for an hour, and be sure that one can log in before you end. Nodes are slow today.',
  env: { ALEPH_AGENT_TIMEOUT: '20s' },
  async given({ devnet }) {
    await devnet.fault('crn slow-boot 3m');
  },
  problems({ bills, live, rows }) {
    const row = rows.find(({ id }) => live.includes(id));
    return [
      ...unless(bills.length === 1 && live.length === 1, `${bills.length} VMs were made, ${live.length} run`),
      ...unless(row?.name === 'slow' && row.state === 'healthy', `VM ${row?.name} is ${row?.state}`),
    ];
  },
});
