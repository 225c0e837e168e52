import * as z from 'zod';
import { change } from '../../../contract/declare/command.ts';
import { hint } from '../../../contract/declare/hint.ts';
import { checkAddress } from '../../../domain/text/address.ts';
import { planApprover } from '../../../lifecycle/governance/plan-approver.ts';
import { setApprover } from '../../../lifecycle/governance/set-approver.ts';

export default change({
  name: 'policy approver set',
  summary: 'Let only one address approve',
  audience: 'owner',
  safety: 'change',
  input: z.object({ address: z.string().describe('Address of a wallet, or of a key made by keys create --approver') }),
  positionals: ['address'],
  output: z.object({
    approver: z.string(),
    changed: z.boolean(),
    approval: z.string().nullable().describe('Its seal, still to be signed'),
  }),
  failures: ['POLICY_REFUSED', 'APPROVER_UNFIT'],
  examples: [],
  plan: (context, input, digest) => planApprover(context, 'policy approver set', checkAddress(input.address), digest),
  async apply(context, plan) {
    const approval = await setApprover(context, plan);
    return { approver: plan.subject.to ?? '', changed: plan.subject.changed, approval };
  },
  text: ({ approver, approval }) =>
    approval === null ? `${approver} is the approver already.` : `${approver} is the approver once it has signed ${approval}.`,
  next: ({ approval }) => (approval === null ? [] : [hint('what it signs', 'approve', approval, { show: true })]),
});
