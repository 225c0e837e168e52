import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { approvalBrief, approvalOutput, toApprovalOutput } from '../../contract/outputs/approval-output.ts';
import { approvalStanding, requireApproval } from '../../lifecycle/approvals/approval-standing.ts';

type Decided = Pick<z.output<typeof approvalOutput>, 'state' | 'decidedBy'>;
type Funding = NonNullable<z.output<typeof approvalOutput>['funding']>;

export default query({
  name: 'approvals show',
  summary: 'Show one approval and its outcome',
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
      ['account', row.payer === undefined ? row.account : `${row.account}, paid by ${row.payer}`],
      ['what', row.summary],
      ['at most', row.mostUsd === null ? '' : `${row.mostUsd} USD`],
      ...(row.leftUsd === null ? [] : [['left', `${row.leftUsd} USD`] as const]),
      ['expires', style.when(row.expiresAt)],
      ['decided by', row.decidedBy ?? 'nobody yet'],
      ...(row.funding === null ? [] : [['funding', howFunded(row.funding, row)] as const]),
      ...(row.untrustedPurpose === null ? [] : [['the agent says', `"${row.untrustedPurpose}"`] as const]),
    ]),
  next: ({ id, state, funding }) => {
    if (state !== 'pending') return [];
    const person = hint('a person approves', 'approve', id);
    return funding === null ? [person] : [person, hint('the funder approves', 'credits allow', funding.to, funding.usd)];
  },
});

/** What the funder sends, by whatever wallet; of a request that is over, what becomes of it. */
const howFunded = ({ from, to, credits, usd, channel, arrived }: Funding, { state, decidedBy }: Decided): string => {
  const sum = `${credits} credits (${usd} USD)`;
  if (decidedBy?.toLowerCase() === from.toLowerCase()) return `${from} sent ${sum} to ${to}`;
  if (state !== 'pending') return `what ${from} still sends stays in ${to} and approves nothing`;
  if (arrived === null) return `cannot tell whether ${from} sent exactly ${sum} to ${to}: too few CCN hosts show what came`;
  return `or ${from} sends exactly ${sum} to ${to}, by a transfer on channel ${channel}`;
};
