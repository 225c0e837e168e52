import * as z from 'zod';
import { query } from '../contract/declare/command.ts';
import { inputSchemaOf, outputSchemaOf } from '../contract/declare/describe.ts';
import { Failure } from '../domain/failure/failure.ts';
import { helpLine } from '../domain/suggest/command-line.ts';
import { agent } from '../domain/suggest/fix.ts';
import { nearest } from '../domain/text/nearest.ts';
import { registry } from './index.ts';

const jsonSchema = z.record(z.string(), z.unknown());

const find = (name: string) => {
  const found = registry.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    registry.map((entry) => entry.name),
  );
  throw new Failure('CODE_NOT_FOUND', `"${name}" is no command. Nearest: ${near.join(', ')}.`, {
    facts: { nearest: near },
    fix: agent('Take one of these.', 'schema', ...near.slice(0, 1).flatMap((name) => name.split(' '))),
  });
};

export default query({
  name: 'schema',
  summary: 'JSON Schemas of commands',
  audience: 'agent',
  input: z.object({ command: z.array(z.string()).default([]).describe('The command, as typed; all without it') }),
  positionals: ['command'],
  output: z.object({
    commands: z.array(
      z.object({ name: z.string(), schema: z.string(), input: jsonSchema, output: jsonSchema, failures: z.array(z.string()) }),
    ),
  }),
  failures: ['CODE_NOT_FOUND'],
  examples: [
    { line: 'schema errors', why: 'what goes in and what comes out of one command' },
    { line: 'schema', why: 'of all' },
  ],
  async run(_context, { command }) {
    const entries = command.length === 0 ? registry : [find(command.join(' '))];
    const loaded = await Promise.all(entries.map(async ({ load }) => (await load()).default));
    return {
      commands: loaded.map((each) => ({
        name: each.name,
        schema: `${each.name.replaceAll(' ', '.')}@1`,
        input: { ...inputSchemaOf(each) },
        output: { ...outputSchemaOf(each) },
        failures: [...each.failures],
      })),
    };
  },
  text: ({ commands }) => JSON.stringify(commands.length === 1 ? commands[0] : commands, null, 2),
  next: ({ commands: [first] }) => (first === undefined ? [] : [{ command: helpLine(first.name), why: 'flags and examples' }]),
});
