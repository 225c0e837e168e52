import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { planTakeOver, takeOver } from '../../lifecycle/gc/take-over.ts';

export default change({
  name: 'ledger take-over',
  summary: 'Let this ledger spend instead of another; needs approval',
  audience: 'owner',
  safety: 'change',
  input: z.object({}),
  output: z.object({
    changed: z.boolean(),
    account: z.string(),
    head: z.string().nullable().describe('SEQ:HASH that is public now; null: nothing was spent yet'),
    approvalsVoided: z.int(),
  }),
  failures: ['APPROVAL_NEEDED', 'POLICY_REFUSED', 'BALANCE_UNREADABLE', 'PLAN_MOVED', 'HEAD_UNPUBLISHED', 'NOT_OURS'],
  examples: [{ line: 'ledger take-over', why: 'after LEDGER_OTHER or LEDGER_ROLLED_BACK' }],
  plan: (context, _input, digest) => planTakeOver(context, context.keys.current(context.network).address, digest),
  async apply(context, plan) {
    const { head, changed, approvalsVoided } = await takeOver(context, plan);
    return {
      changed,
      account: plan.subject.account,
      head: head === null ? null : `${head.rows}:${head.head}`,
      approvalsVoided,
    };
  },
  text: ({ changed, account, approvalsVoided }) =>
    changed
      ? `This ledger spends for ${account} from now on; ${approvalsVoided} approvals are void. Set its policy and budgets anew.`
      : `This ledger is the one that spends for ${account}; nothing was taken over.`,
  next: () => [hint('which limits hold here', 'policy show')],
});
