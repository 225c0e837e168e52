import * as z from 'zod';
import { query } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { wholePaging } from '../contract/fields/fields.ts';
import { listOf } from '../contract/outputs/list-of.ts';
import { pageOf } from '../contract/outputs/page-of.ts';
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

export default query({
  name: 'errors',
  summary: 'What each failure code means',
  audience: 'agent',
  input: z.object({ code: z.string().optional().describe('One code; all without it'), ...wholePaging }),
  positionals: ['code'],
  output: listOf(z.object({ code: z.string(), exit: z.int(), exitName: z.string(), retryable: z.boolean(), meaning: z.string() })),
  failures: ['CODE_NOT_FOUND'],
  examples: [
    { line: 'errors', why: 'all of them' },
    { line: 'errors CREDIT_RESERVE_SHORT', why: 'one of them' },
  ],
  async run(_context, { code, ...page }) {
    const items = (code === undefined ? codes : [known(code)]).map(row);
    return { ...pageOf(items, page, (item) => item.code), totals: {} };
  },
  text: ({ items }, style) =>
    style.table(
      ['code', 'exit', 'retry', 'meaning'],
      items.map((item) => [item.code, String(item.exit), item.retryable ? 'yes' : 'no', item.meaning]),
    ),
  next: () => [hint('what to do for each exit code', 'exit-codes')],
});
