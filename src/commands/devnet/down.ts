import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';

export default session({
  name: 'devnet down',
  summary: 'Stop the devnet of this home',
  audience: 'owner',
  safety: 'change',
  input: z.object({}),
  output: z.object({ changed: z.boolean(), control: z.string() }),
  failures: ['DEVNET_NOT_RUNNING', 'POLICY_REFUSED'],
  examples: [],
  async run(context) {
    const control = await context.host.devnets.control();
    await control.down();
    return { data: { changed: true, control: control.url } };
  },
  text: ({ control }) => `The devnet at ${control} goes down.`,
  next: () => [hint('start one again', 'devnet up')],
});
