import * as z from 'zod';
import { query } from '../contract/declare/command.ts';
import { wholePaging } from '../contract/fields/fields.ts';
import { listOf } from '../contract/outputs/list-of.ts';
import { pageOf } from '../contract/outputs/page-of.ts';
import { helpLine } from '../domain/suggest/command-line.ts';

export default query({
  name: 'commands',
  summary: 'Every command and what it may do',
  audience: 'agent',
  input: z.object({ ...wholePaging }),
  output: listOf(
    z.object({
      name: z.string(),
      safety: z.enum(['read', 'change', 'spend', 'destroy']),
      kind: z.enum(['query', 'change', 'session']),
      summary: z.string(),
      failures: z.array(z.string()),
    }),
  ),
  brief: ['items.*.name', 'items.*.safety', 'items.*.summary'],
  failures: [],
  examples: [{ line: 'commands', why: 'the whole list' }],
  async run({ commands }, page) {
    const items = (await commands.all()).map(({ name, safety, kind, summary, failures }) => ({
      name,
      safety,
      kind,
      summary,
      failures: [...failures],
    }));
    return { ...pageOf(items, page, ({ name }) => name), totals: {} };
  },
  text: ({ items }, style) =>
    style.table(
      ['command', 'safety', 'what it does'],
      items.map((item) => [item.name, item.safety, item.summary]),
    ),
  next: ({ items: [first] }) => (first === undefined ? [] : [{ command: helpLine(first.name), why: 'flags and examples of one' }]),
});
