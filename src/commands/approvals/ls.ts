import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { paging } from '../../contract/fields/fields.ts';
import { approvalBrief, approvalOutput, toApprovalOutput } from '../../contract/outputs/approval-output.ts';
import { listOf } from '../../contract/outputs/list-of.ts';
import { pageOf } from '../../contract/outputs/page-of.ts';
import { approvalStanding } from '../../lifecycle/approvals/approval-standing.ts';

export default query({
  name: 'approvals ls',
  summary: 'What waits, and what is approved and unused',
  audience: 'agent',
  input: z.object({ all: z.boolean().default(false).describe('Past ones too'), ...paging }),
  output: listOf(approvalOutput),
  brief: approvalBrief.map((field) => `items.*.${field}`),
  failures: [],
  examples: [{ line: 'approvals ls', why: 'is anything waiting?' }],
  async run(context, { all, ...page }) {
    const rows = (await context.ledger()).approvals({ network: context.network });
    const standings = await Promise.all(rows.map((row) => approvalStanding(context, row)));
    const shown = standings.filter(({ state }) => all || state === 'pending' || state === 'granted' || state === 'unsigned');
    const { items, ...counts } = pageOf(shown, page, ({ row }) => row.id);
    return { items: items.map(toApprovalOutput), ...counts, totals: {} };
  },
  text: ({ items }, style) =>
    items.length === 0
      ? 'Nothing waits for approval.'
      : style.table(
          ['ID', 'STATE', 'WHAT', 'UNTIL'],
          items.map((row) => [row.id, row.state, row.summary, row.expiresAt]),
        ),
  next: ({ items }) => (items[0] === undefined ? [] : [hint('what it is of', 'approvals show', items[0].id)]),
});
