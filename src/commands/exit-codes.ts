import * as z from 'zod';
import { hint } from '../contract/declare/hint.ts';
import { list } from '../contract/outputs/list.ts';
import { exitCodes } from '../domain/failure/failure-codes.ts';

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: 'done, or already so (changed: false)',
  internal: 'our bug',
  usage: 'bad flag or value; nothing was sent',
  notFound: 'no such VM, node, approval or operation',
  refused: 'the policy says no, or the approval was denied or expired; do not retry',
  creditsShort: 'balance or the 24 h reserve too low; ask the owner',
  unavailable: 'node, network, ledger busy, rate limit or pause; nothing happened; retryable',
  conflict: 'request id reused with other arguments, possible duplicate, price moved',
  partial: 'some of it happened, something may cost money; fix.command goes on',
  auth: 'no key, wrong account or network',
  approvalNeeded: 'a person must approve, or has not yet; the id of the approval is given',
  unknownOutcome: 'we stopped waiting; vm wait continues; never try again',
  execFailed: 'vm exec: our side failed once ssh was started',
  interrupted: 'interrupted (143 by SIGTERM); the id of the operation is printed, it can be resumed',
};

export default list({
  name: 'exit-codes',
  summary: 'What each exit code means',
  audience: 'agent',
  whole: true,
  item: z.object({ exit: z.int(), name: z.string(), meaning: z.string() }),
  failures: [],
  examples: [{ line: 'exit-codes', why: 'all of them' }],
  run: async (_context, _input, page) =>
    page(
      Object.entries(exitCodes).map(([name, exit]) => ({ exit, name, meaning: meanings[name as keyof typeof exitCodes] })),
      ({ name }) => name,
    ),
  columns: [
    ['exit', 'exit'],
    ['name', 'name'],
    ['meaning', 'meaning'],
  ],
  next: () => [hint('every failure code', 'errors')],
});
