import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';

export default session({
  name: 'serve',
  summary: 'Be the safe: key, policy and ledger here, agents elsewhere',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    socket: z.string().optional().describe('Where agents of this machine come; else the usual place').meta({ unit: 'FILE' }),
  }),
  output: z.object({
    url: z.string().describe('Where agents come'),
    pin: z.string().nullable(),
    uid: z.int().nullable().describe('The user that owns the socket'),
    version: z.string(),
  }),
  failures: ['SAFE_RUNNING'],
  examples: [{ line: 'serve', why: 'as a user of its own, whose files agents cannot read' }],
  async run(context, { socket }, terminal) {
    const { address } = context.host.safe;
    await terminal.serveSafe({ socket: socket ?? null });
    return { data: { ...(await address()), version: '' } };
  },
  text: ({ url }, style) =>
    [
      style.good(`The safe takes agents at ${url}.`),
      'Let one in from another terminal, as this user. Ctrl-C ends it; its VMs end at their expiry.',
    ].join('\n'),
  next: () => [hint('let an agent in', 'agents add', 'ci', { budget: '1' })],
});
