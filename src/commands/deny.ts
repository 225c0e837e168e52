import * as z from 'zod';
import { change } from '../contract/declare/command.ts';
import { freePlan } from '../contract/declare/free-plan.ts';
import { hint } from '../contract/declare/hint.ts';
import { denyApproval } from '../lifecycle/approvals/deny-approval.ts';

export default change({
  name: 'deny',
  summary: 'Deny a request, or revoke an approval',
  audience: 'owner',
  safety: 'change',
  input: z.object({ id: z.string().describe('Approval (ap_...)') }),
  positionals: ['id'],
  output: z.object({ approval: z.string(), state: z.string(), changed: z.boolean() }),
  failures: ['APPROVAL_NOT_FOUND'],
  examples: [{ line: 'deny ap_ID', why: 'the call that asked then ends with exit 4' }],
  plan: async (context, input, digest) => freePlan(context, 'deny', digest, `Deny approval ${input.id}.`, { id: input.id }),
  async apply(context, plan) {
    const { row, changed } = await denyApproval(context, plan.subject.id);
    return { approval: row.id, state: row.state, changed };
  },
  text: ({ approval, state, changed }) => (changed ? `${approval} is denied.` : `${approval} is ${state} already.`),
  next: () => [hint('what else waits', 'approvals ls')],
});
