import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';

export default query({
  name: 'skill get',
  summary: 'Print a chapter about this tool: core first, spend and debug when needed',
  audience: 'agent',
  input: z.object({ chapter: z.enum(['core', 'spend', 'debug']) }),
  positionals: ['chapter'],
  output: z.object({ chapter: z.string(), markdown: z.string() }),
  failures: [],
  examples: [
    { line: 'skill get core', why: 'rules and the loop, once' },
    { line: 'skill get debug', why: 'what failed, and what to do' },
  ],
  run: async ({ commands }, { chapter }) => ({ chapter, markdown: (await commands.skill()).chapters[chapter] }),
  text: ({ markdown }) => markdown.trimEnd(),
  next: () => [hint('what runs and what it costs', 'status')],
});
