import * as z from 'zod';
import { hint } from '../contract/declare/hint.ts';
import { list } from '../contract/outputs/list.ts';
import { exitCodes, exitMeanings } from '../domain/failure/failure-codes.ts';

export default list({
  name: 'exit-codes',
  summary: 'List the exit codes and what each means',
  audience: 'agent',
  whole: true,
  item: z.object({ exit: z.int(), name: z.string(), meaning: z.string() }),
  failures: [],
  examples: [{ line: 'exit-codes', why: 'all of them' }],
  run: async (_context, _input, page) =>
    page(
      Object.entries(exitCodes).map(([name, exit]) => ({ exit, name, meaning: exitMeanings[name as keyof typeof exitCodes] })),
      ({ name }) => name,
    ),
  columns: [
    ['exit', 'exit'],
    ['name', 'name'],
    ['meaning', 'meaning'],
  ],
  next: () => [hint('every failure code', 'errors')],
});
