import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';

export default session({
  name: 'skill install',
  summary: "Install the agents' skill into a folder of skills",
  audience: 'owner',
  safety: 'change',
  input: z.object({ dir: z.string().describe('Where your client keeps skills, like .claude/skills') }),
  positionals: ['dir'],
  output: z.object({ file: z.string(), changed: z.boolean() }),
  failures: [],
  examples: [{ line: 'skill install .claude/skills', why: 'for Claude Code, in this project' }],
  async run({ host: { files }, commands }, { dir }) {
    const { file: text } = await commands.skill();
    const file = `${dir.replace(/\/+$/, '')}/aleph-agent/SKILL.md`;
    const there = await files.read(file);
    const changed = there === null || new TextDecoder().decode(there) !== text;
    if (changed) await files.write(file, text);
    return { data: { file, changed } };
  },
  text: ({ file, changed }) => `${file} ${changed ? 'written' : 'unchanged'}`,
  next: () => [hint('what an agent reads by it', 'skill get', 'core')],
});
