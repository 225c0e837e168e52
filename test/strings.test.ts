import { expect, test } from 'vitest';
import { describe as described } from '../src/contract/declare/describe.ts';
import { exitMeanings, failureCodes } from '../src/domain/failure/failure-codes.ts';
import { globals } from '../src/surfaces/cli/parse/globals.ts';
import { loadedCommands } from './support/hint.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const commands = (await loadedCommands).map(described);
const ofCommands = commands.flatMap(({ name, summary, inputs, examples, questions }) => [
  '',
  `## ${name}`,
  '',
  summary,
  '',
  ...inputs.filter(({ description }) => description !== '').map(({ flag, description }) => `- ${flag}: ${description}`),
  ...Object.entries(questions).map(([key, question]) => `- asks for ${key}: ${question}`),
  ...examples.map(({ line, why }) => `- \`${line}\`: ${why}`),
]);
const page = [
  '# What the program says of itself',
  '',
  'Made by test/strings.test.ts of the registry and the failure table, for a reader who wants all of it on one page.',
  ...ofCommands,
  '',
  '## Flags of every command',
  '',
  ...globals.map(({ flags, description }) => `- ${cell(flags)}: ${description}`),
  '',
  '## Exit codes',
  '',
  ...Object.entries(exitMeanings).map(([name, meaning]) => `- ${name}: ${meaning}`),
  '',
  '## Failures',
  '',
  ...Object.entries(failureCodes).map(([code, { meaning }]) => `- ${code}: ${meaning}`),
  '',
].join('\n');

test('what the program says of itself stands on one page', async () => {
  await expect(page).toMatchFileSnapshot('strings.md');
});

/** Clauses without a noun, "ours" for what is the reader's, and a person where the reader is meant. */
const unclear =
  /\b(whoever|what waits|of ours|no more of|goes on without|anew|so far counts|else (made|the|our)|a person's|\((a person)\)|half done|put out|left out$|how it stands)\b/i;

test('it names things: no clause without a noun, and no "ours" for what is the reader’s', () => {
  expect(page.split('\n').filter((line) => unclear.test(line))).toEqual([]);
});
