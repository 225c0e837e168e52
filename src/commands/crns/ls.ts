import * as z from 'zod';
import { query } from '../../contract/command.ts';
import { crnOutput, toCrnOutput } from '../../contract/crn-output.ts';
import { instant, paging } from '../../contract/fields.ts';
import { listOf } from '../../contract/list-of.ts';
import { pageOf } from '../../contract/page-of.ts';
import { formatInstant } from '../../domain/instant.ts';

export default query({
  name: 'crns ls',
  summary: 'List compute nodes (CRNs), best score first',
  input: z.object({
    minScore: z.number().min(0).max(1).default(0).describe('Score at least, 0 to 1'),
    all: z.boolean().default(false).describe('Also inactive and unsuitable ones'),
    ...paging,
  }),
  output: listOf(crnOutput, { known: z.int(), active: z.int(), listedAt: instant, stale: z.boolean() }),
  brief: [
    'items.*.crn',
    'items.*.score',
    'items.*.freeMemoryMib',
    'items.*.freeDiskMib',
    'items.*.untrustedName',
    'count',
    'total',
    'nextCursor',
    'totals',
  ],
  failures: ['NODE_UNAVAILABLE'],
  examples: [{ line: 'crns ls --limit 5', why: 'the five best' }],
  async run(context, input) {
    const list = await (await context.cloud()).nodes();
    const active = list.nodes.filter((node) => node.active);
    const shown = (input.all ? list.nodes : active)
      .filter((node) => node.score >= input.minScore)
      .sort((a, b) => b.score - a.score || (a.hash < b.hash ? -1 : 1));
    if (list.stale) context.warn('LIST_STALE', `The node list is of ${formatInstant(list.at)}: its source does not answer.`);
    return {
      ...pageOf(shown.map(toCrnOutput), input, (node) => node.hash),
      totals: { known: list.nodes.length, active: active.length, listedAt: formatInstant(list.at), stale: list.stale },
    };
  },
  text: ({ items, totals }, style) =>
    [
      style.table(
        ['CRN', 'NAME', 'SCORE', 'FREE MEMORY', 'FREE DISK', 'VERSION'],
        items.map((node) => [
          node.crn,
          node.untrustedName,
          node.score.toFixed(3),
          node.freeMemoryMib === null ? 'unknown' : `${Math.floor(node.freeMemoryMib / 1024)} GiB`,
          node.freeDiskMib === null ? 'unknown' : `${Math.floor(node.freeDiskMib / 1024)} GiB`,
          node.untrustedVersion ?? 'unknown',
        ]),
      ),
      `${totals.active} of ${totals.known} known nodes are active.`,
    ].join('\n'),
  next: ({ items }) => (items[0] === undefined ? [] : [{ command: `aleph-agent crns show ${items[0].crn}`, why: 'ask one node itself' }]),
});
