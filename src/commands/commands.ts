import * as z from 'zod';
import { list } from '../contract/outputs/list.ts';
import { helpLine } from '../domain/suggest/command-line.ts';

export default list({
  name: 'commands',
  summary: 'List every command and what it may do',
  audience: 'agent',
  whole: true,
  item: z.object({
    name: z.string(),
    safety: z.enum(['read', 'change', 'spend', 'destroy']),
    kind: z.enum(['query', 'change', 'session']),
    summary: z.string(),
    failures: z.array(z.string()),
  }),
  brief: ['name', 'safety', 'summary'],
  failures: [],
  examples: [{ line: 'commands', why: 'the whole list' }],
  async run({ commands }, _input, page) {
    const all = await commands.all();
    return page(
      all.map(({ name, safety, kind, summary, failures }) => ({ name, safety, kind, summary, failures: [...failures] })),
      ({ name }) => name,
    );
  },
  columns: [
    ['command', 'name'],
    ['safety', 'safety'],
    ['what it does', 'summary'],
  ],
  next: ({ items: [first] }) => (first === undefined ? [] : [{ command: helpLine(first.name), why: 'flags and examples of one' }]),
});
