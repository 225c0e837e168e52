import * as z from 'zod';
import { change } from '../contract/declare/command.ts';
import { freePlan } from '../contract/declare/free-plan.ts';
import { hint } from '../contract/declare/hint.ts';
import { gcItem, toGcItem } from '../contract/outputs/gc-output.ts';
import { counted } from '../domain/text/counted.ts';
import { gcRounds, planRounds } from '../lifecycle/gc/gc-round.ts';

export default change({
  name: 'gc',
  summary: 'Destroy expired VMs and finish interrupted operations; a dry run without --execute',
  audience: 'agent',
  safety: 'change',
  input: z.object({ execute: z.boolean().default(false).describe('Act; without it nothing changes') }),
  output: z.object({ executed: z.boolean(), items: z.array(gcItem), count: z.int() }),
  failures: ['NOT_OURS'],
  examples: [
    { line: 'gc', why: 'what would be done' },
    { line: 'gc --execute', why: 'do it' },
  ],
  async plan(context, _input, digest) {
    const plans = await planRounds(context);
    const count = plans.reduce((sum, { items }) => sum + items.length, 0);
    return freePlan(context, 'gc', digest, `${counted(count, 'VM')} ${count === 1 ? 'needs' : 'need'} attention.`, { plans });
  },
  async apply(context, plan, input) {
    const { plans } = plan.subject;
    const rows = input.execute
      ? await gcRounds(context, plans)
      : plans.flatMap(({ items }) => items.map((found) => ({ ...found, reached: null, problem: null })));
    return { executed: input.execute, items: rows.map(toGcItem), count: rows.length };
  },
  text: ({ executed, items }, style) =>
    items.length === 0
      ? 'Nothing to do.'
      : [
          style.table(
            ['NAME', 'ID', 'WHY', 'STATE', executed ? 'REACHED' : ''],
            items.map((row) => [row.name || '-', row.id, row.reason, row.state, row.problem ?? row.reached ?? costOf(row)]),
          ),
          executed ? '' : 'A dry run: nothing was touched.',
        ].join('\n'),
  next: ({ executed, items }) => [
    ...(executed || items.every(({ reason }) => reason === 'unclaimed') ? [] : [hint('do it', 'gc', { execute: true })]),
    ...items
      .filter(({ reason }) => reason === 'unclaimed')
      .slice(0, 3)
      .map(({ id }) => hint('nobody claims it; once adopted it can be destroyed', 'vm adopt', id)),
  ],
});

const costOf = ({ usdPerHour, billedUsd }: z.output<typeof gcItem>): string =>
  usdPerHour === null ? '' : `${usdPerHour} USD/h, ${billedUsd ?? '?'} USD so far`;
