import * as z from 'zod';
import { query } from '../contract/declare/command.ts';
import { Failure } from '../domain/failure/failure.ts';
import { helpLine } from '../domain/suggest/command-line.ts';
import { agent } from '../domain/suggest/fix.ts';
import { nearest } from '../domain/text/nearest.ts';

const jsonSchema = z.record(z.string(), z.unknown());

const known = (name: string, names: readonly string[]): string => {
  if (names.includes(name)) return name;
  const near = nearest(name, names);
  throw new Failure('CODE_NOT_FOUND', `"${name}" is no command. Nearest: ${near.join(', ')}.`, {
    facts: { nearest: near },
    fix: agent('Take one of these.', 'schema', ...near.slice(0, 1).flatMap((name) => name.split(' '))),
  });
};

export default query({
  name: 'schema',
  summary: 'Print the JSON Schemas of commands',
  audience: 'agent',
  input: z.object({ command: z.array(z.string()).default([]).describe('The command, as typed; all if omitted') }),
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
  async run({ commands }, { command }) {
    const names = (await commands.all()).map(({ name }) => name);
    const schemas = await commands.schemas(command.length === 0 ? names : [known(command.join(' '), names)]);
    return {
      commands: schemas.map(({ name, input, output, failures }) => ({
        name,
        schema: `${name.replaceAll(' ', '.')}@1`,
        input,
        output,
        failures: [...failures],
      })),
    };
  },
  text: ({ commands }) => JSON.stringify(commands.length === 1 ? commands[0] : commands, null, 2),
  next: ({ commands: [first] }) => (first === undefined ? [] : [{ command: helpLine(first.name), why: 'flags and examples' }]),
});
