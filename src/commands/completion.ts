import * as z from 'zod';
import { query } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { completionScript, shells } from './completion-script.ts';

export default query({
  name: 'completion',
  summary: 'Print the completion script for a shell',
  audience: 'owner',
  input: z.object({ shell: z.enum(shells).describe('Which shell') }),
  positionals: ['shell'],
  output: z.object({ shell: z.enum(shells), script: z.string() }),
  failures: [],
  examples: [{ line: 'completion bash', why: 'source <(…) in .bashrc' }],
  run: async (_context, { shell }) => ({ shell, script: completionScript(shell) }),
  text: ({ script }) => script,
  next: () => [hint('what there is to complete', 'commands')],
});
