import * as z from 'zod';
import { change } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { planThaw, thaw } from '../lifecycle/governance/thaw.ts';

export default change({
  name: 'thaw',
  summary: 'End a freeze',
  audience: 'owner',
  safety: 'change',
  input: z.object({}),
  output: z.object({ frozen: z.boolean(), changed: z.boolean() }),
  failures: ['APPROVAL_NEEDED', 'POLICY_REFUSED', 'PLAN_MOVED'],
  examples: [{ line: 'thaw', why: 'when all is understood' }],
  plan: (context, _input, digest) => planThaw(context, digest),
  async apply(context, plan) {
    const changed = await thaw(context, plan);
    return { frozen: false, changed };
  },
  text: ({ changed }) => (changed ? 'Creation and extension go on.' : 'Nothing was frozen.'),
  next: () => [hint('what runs', 'status')],
});
