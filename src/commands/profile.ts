import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { Failure } from '../domain/failure/failure.ts';
import { agent } from '../domain/suggest/fix.ts';

export default session({
  name: 'profile',
  summary: 'Write the profiles for agents and owner',
  audience: 'owner',
  safety: 'read',
  input: z.object({
    dir: z.string().default('profiles').describe('Folder to write to'),
    check: z.boolean().default(false).describe('Write nothing; fail if the files there differ'),
  }),
  output: z.object({ files: z.array(z.object({ path: z.string(), changed: z.boolean() })), checked: z.boolean() }),
  failures: ['PROFILE_STALE'],
  examples: [
    { line: 'profile', why: 'write profiles/aleph-agent.md, owner.md and aleph-agent.json' },
    { line: 'profile --check', why: 'are they what this version would write?' },
  ],
  async run({ host: { files }, commands }, { dir, check }) {
    const rendered = await Promise.all(
      (await commands.profiles()).map(async ({ file, text }) => {
        const path = `${dir}/${file}`;
        const there = await files.read(path);
        return { path, text, changed: there === null || new TextDecoder().decode(there) !== text };
      }),
    );
    const stale = rendered.filter(({ changed }) => changed);
    if (check && stale.length > 0) {
      throw new Failure('PROFILE_STALE', `${stale.map(({ path }) => path).join(' and ')} differ from what the registry gives.`, {
        fix: agent('Write them again.', 'profile', { dir }),
      });
    }
    for (const { path, text } of stale) await files.write(path, text);
    return { data: { files: rendered.map(({ path, changed }) => ({ path, changed })), checked: check } };
  },
  text: ({ files }) => files.map(({ path, changed }) => `${path} ${changed ? 'written' : 'unchanged'}`).join('\n'),
  next: ({ checked }) => (checked ? [] : [hint('is it what this version writes', 'profile', { check: true })]),
});
