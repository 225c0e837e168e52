import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { approvalBrief, approvalOutput, toApprovalOutput } from '../../contract/outputs/approval-output.ts';
import { approvalStanding, requireApproval } from '../../lifecycle/approvals/approval-standing.ts';

export default query({
  name: 'approvals show',
  summary: 'One approval, and what became of it',
  audience: 'agent',
  input: z.object({ id: z.string().describe('Approval (ap_...)') }),
  positionals: ['id'],
  output: approvalOutput,
  brief: approvalBrief,
  failures: ['APPROVAL_NOT_FOUND'],
  examples: [{ line: 'approvals show ap_ID', why: 'was it approved?' }],
  run: async (context, { id }) => toApprovalOutput(await approvalStanding(context, await requireApproval(context, id))),
  text: (row, style) =>
    style.facts([
      ['approval', row.id],
      ['state', row.state],
      ['what', row.summary],
      ['at most', row.mostUsd === null ? '' : `${row.mostUsd} USD`],
      ...(row.leftUsd === null ? [] : [['left', `${row.leftUsd} USD`] as const]),
      ['until', row.expiresAt],
      ['decided by', row.decidedBy ?? 'nobody yet'],
      ...(row.untrustedPurpose === null ? [] : [['the agent says', `"${row.untrustedPurpose}"`] as const]),
    ]),
  next: ({ id, state }) => (state === 'pending' ? [hint('a person approves', 'approve', id)] : []),
});
