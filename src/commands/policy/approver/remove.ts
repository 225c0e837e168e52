import * as z from 'zod';
import { change } from '../../../contract/declare/command.ts';
import { hint } from '../../../contract/declare/hint.ts';
import { planApprover } from '../../../lifecycle/governance/plan-approver.ts';
import { setApprover } from '../../../lifecycle/governance/set-approver.ts';

export default change({
  name: 'policy approver remove',
  summary: 'Let a person at a terminal approve again',
  audience: 'owner',
  safety: 'change',
  input: z.object({}),
  output: z.object({ changed: z.boolean() }),
  failures: ['POLICY_REFUSED', 'POLICY_UNSEALED', 'PLAN_MOVED'],
  examples: [{ line: 'policy approver remove', why: 'the approver is asked' }],
  plan: (context, _input, digest) => planApprover(context, 'policy approver remove', null, digest),
  async apply(context, plan) {
    await setApprover(context, plan);
    return { changed: plan.subject.changed };
  },
  text: ({ changed }) => (changed ? 'A person at a terminal approves from now on.' : 'There is no approver.'),
  next: () => [hint('who approves', 'policy approver show')],
});
