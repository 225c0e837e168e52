import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { configOutput, configValue } from './config-words.ts';

export default query({
  name: 'config get',
  summary: 'Show the value of a setting',
  audience: 'agent',
  settingsOnly: true,
  input: z.object({ key: z.string().describe('Name of the setting') }),
  positionals: ['key'],
  output: configOutput,
  failures: [],
  examples: [{ line: 'config get output', why: 'the value alone' }],
  run: (context, { key }) => configValue(context, key),
  text: ({ value }) => value ?? '',
  next: ({ key }) => [hint('which layer won', 'config explain', key)],
});
