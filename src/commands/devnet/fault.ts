import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';

export default session({
  name: 'devnet fault',
  summary: 'Inject a fault into the devnet; "clear" removes all',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    words: z.array(z.string()).min(1).describe('TARGET KIND [VALUE] [times=N] [path=TEXT] ..., or clear'),
  }),
  positionals: ['words'],
  output: z.object({ faults: z.array(z.unknown()).describe('All that are in force') }),
  failures: ['DEVNET_NOT_RUNNING', 'POLICY_REFUSED'],
  examples: [
    { line: 'devnet fault ccn-a status 503 times=2', why: 'one CCN host fails twice' },
    { line: 'devnet fault clear', why: 'mend everything' },
  ],
  async run(context, { words }) {
    const control = await context.host.devnets.control();
    if (words.length === 1 && words[0] === 'clear') await control.clearFaults();
    else await control.fault(words);
    return { data: { faults: await control.faults() } };
  },
  text: ({ faults }) => (faults.length === 0 ? 'Nothing is broken.' : faults.map((fault) => JSON.stringify(fault)).join('\n')),
  next: () => [hint('mend everything', 'devnet fault', 'clear')],
});
