import * as z from 'zod';
import { change } from '../contract/declare/command.ts';
import { freePlan } from '../contract/declare/free-plan.ts';
import { hint } from '../contract/declare/hint.ts';

export default change({
  name: 'leave',
  summary: 'Forget the safe that this home has joined',
  audience: 'agent',
  safety: 'change',
  input: z.object({}),
  output: z.object({ agent: z.string().nullable(), changed: z.boolean() }),
  failures: ['CONFIG_INVALID'],
  examples: [{ line: 'leave', why: 'the work is done; VMs run to their expiry' }],
  settingsOnly: true,
  plan: async (context, _input, digest) => freePlan(context, 'leave', digest, 'Forget the safe that this home has joined.', null),
  async apply(context) {
    const left = await context.host.safe.leave();
    return { agent: left?.agent ?? null, changed: left !== null };
  },
  text: ({ agent, changed }) =>
    changed ? `The token of agent ${agent} is forgotten here; its owner still lists it.` : 'This home has joined no safe.',
  next: () => [hint('what there is without it', 'status')],
});
