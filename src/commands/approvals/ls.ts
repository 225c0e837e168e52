import * as z from 'zod';
import { hint } from '../../contract/declare/hint.ts';
import { approvalBrief, approvalOutput, toApprovalOutput } from '../../contract/outputs/approval-output.ts';
import { list } from '../../contract/outputs/list.ts';
import { approvalStandings } from '../../lifecycle/approvals/approval-standing.ts';
import { shownTo } from '../../lifecycle/caller/callers-rows.ts';

export default list({
  name: 'approvals ls',
  summary: 'List pending requests and unused approvals',
  audience: 'agent',
  input: { all: z.boolean().default(false).describe('Also past ones') },
  item: approvalOutput,
  brief: approvalBrief,
  failures: [],
  examples: [{ line: 'approvals ls', why: 'is anything waiting?' }],
  async run(context, { all }, page) {
    const ledger = await context.ledger();
    const states = all ? [undefined] : (['pending', 'granted'] as const);
    const rows = states.flatMap((state) =>
      ledger.approvals({ network: context.network, ...shownTo(context), ...(state === undefined ? {} : { state }) }),
    );
    const standings = await approvalStandings(context, rows);
    const shown = page(
      standings.filter(({ state }) => all || state === 'pending' || state === 'granted' || state === 'unsigned'),
      ({ row }) => row.id,
    );
    return { ...shown, items: shown.items.map(toApprovalOutput) };
  },
  columns: [
    ['ID', 'id'],
    ['STATE', ({ state, funding }) => (state === 'pending' && funding?.arrived === null ? 'pending, cannot tell if paid' : state)],
    ['WHAT', 'summary'],
    ['UNTIL', ({ expiresAt }, style) => style.when(expiresAt)],
  ],
  none: 'Nothing waits for approval.',
  next: ({ items }) => (items[0] === undefined ? [] : [hint('what it asks for', 'approvals show', items[0].id)]),
});
