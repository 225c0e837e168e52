import * as z from 'zod';
import { hint } from '../contract/declare/hint.ts';
import { list } from '../contract/outputs/list.ts';
import { Failure } from '../domain/failure/failure.ts';
import { exitCodes, type FailureCode, failureCodes } from '../domain/failure/failure-codes.ts';
import { agent } from '../domain/suggest/fix.ts';
import { nearest } from '../domain/text/nearest.ts';

const codes = Object.keys(failureCodes) as FailureCode[];

const row = (code: FailureCode) => ({
  code,
  exit: failureCodes[code].exit as number,
  exitName: Object.entries(exitCodes).find(([, exit]) => exit === failureCodes[code].exit)?.[0] ?? 'internal',
  retryable: failureCodes[code].retryable,
  meaning: failureCodes[code].meaning,
});

const known = (typed: string): FailureCode => {
  const code = codes.find((candidate) => candidate === typed.toUpperCase());
  if (code !== undefined) return code;
  const near = nearest(typed.toUpperCase(), codes);
  throw new Failure('CODE_NOT_FOUND', `"${typed}" is no failure code. Nearest: ${near.join(', ')}.`, {
    facts: { nearest: near },
    fix: agent('Look up one of these.', 'errors', ...near.slice(0, 1)),
  });
};

export default list({
  name: 'errors',
  summary: 'List the failure codes and what each means',
  audience: 'agent',
  input: { code: z.string().optional().describe('One code; all if omitted') },
  whole: true,
  positionals: ['code'],
  item: z.object({ code: z.string(), exit: z.int(), exitName: z.string(), retryable: z.boolean(), meaning: z.string() }),
  failures: ['CODE_NOT_FOUND'],
  examples: [
    { line: 'errors', why: 'all of them' },
    { line: 'errors CREDIT_RESERVE_SHORT', why: 'one of them' },
  ],
  run: async (_context, { code }, page) => page((code === undefined ? codes : [known(code)]).map(row), (item) => item.code),
  columns: [
    ['code', 'code'],
    ['exit', 'exit'],
    ['retry', ({ retryable }) => (retryable ? 'yes' : 'no')],
    ['meaning', 'meaning'],
  ],
  next: () => [hint('what to do for each exit code', 'exit-codes')],
});
