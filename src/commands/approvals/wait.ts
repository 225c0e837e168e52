import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { awaitDecision } from '../../lifecycle/approvals/await-decision.ts';

export default query({
  name: 'approvals wait',
  summary: 'Wait for a decision',
  audience: 'agent',
  input: z.object({ id: z.string().describe('Approval (ap_...)') }),
  positionals: ['id'],
  output: z.object({
    id: z.string(),
    state: z.string(),
    decidedBy: z.string().nullable().describe('terminal, or the address that signed or paid'),
  }),
  failures: ['APPROVAL_NOT_FOUND', 'APPROVAL_EXPIRED', 'STILL_WAITING'],
  examples: [{ line: 'approvals wait ap_ID --timeout 90s', why: 'then repeat the call that asked' }],
  async run(context, { id }) {
    const { row, state } = await awaitDecision(context, id);
    return { id, state, decidedBy: row.decidedBy };
  },
  text: ({ id, state }) => `${id} is ${state}; the call that asked may now be repeated.`,
  next: () => [hint('what else waits', 'approvals ls')],
});
