import * as z from 'zod';
import { approvalBrief, approvalOutput, toApprovalOutput } from '../../contract/approval-output.ts';
import { query } from '../../contract/command.ts';
import { awaitDecision } from '../../lifecycle/await-decision.ts';

export default query({
  name: 'approvals wait',
  summary: 'Wait until an approval is decided; exit 11 when --timeout is over',
  input: z.object({ id: z.string().describe('Approval (ap_…)') }),
  positionals: ['id'],
  output: approvalOutput,
  brief: approvalBrief,
  failures: ['APPROVAL_NOT_FOUND', 'APPROVAL_EXPIRED', 'STILL_WAITING'],
  examples: [{ line: 'approvals wait ap_ID --timeout 90s', why: 'then repeat the call that asked' }],
  run: async (context, { id }) => toApprovalOutput(await awaitDecision(context, id)),
  text: ({ id, state }) => `${id} is ${state}; the call that asked may now be repeated.`,
});
