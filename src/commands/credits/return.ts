import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { money, withoutSign } from '../../contract/fields/fields.ts';
import { parseUsd, usd } from '../../domain/money/money.ts';
import { planReturn } from '../../lifecycle/transfer/plan-transfer.ts';
import { transferCredits } from '../../lifecycle/transfer/transfer-credits.ts';

export default change({
  name: 'credits return',
  summary: 'Send credits back to the account that gave the allowance',
  audience: 'agent',
  safety: 'spend',
  input: z.object({
    usd: z
      .string()
      .regex(/^(all|\$?\d{1,12}(\.\d{1,6})?)$/, 'an amount in USD like 2 or 0.50, or all')
      .transform(withoutSign)
      .default('all')
      .describe('USD; if omitted, all that the VMs do not need'),
  }),
  positionals: ['usd'],
  output: z.object({ from: z.string(), to: z.string(), usd: money, post: z.string(), operation: z.string() }),
  failures: [
    'ALLOWANCE_NOT_FOUND',
    'CREDIT_RESERVE_SHORT',
    'BALANCE_UNREADABLE',
    'HEAD_UNPUBLISHED',
    'LEDGER_OTHER',
    'LEDGER_ROLLED_BACK',
    'NETWORK_REJECTED',
    'TRANSFER_UNCONFIRMED',
    'PLAN_MOVED',
    'KEY_LOCKED',
  ],
  examples: [{ line: 'credits return 1', why: 'what the agent does not need goes back to its owner' }],
  plan(context, given, digest) {
    return planReturn(context, given.usd === 'all' ? null : parseUsd(given.usd), digest);
  },
  async apply(context, plan) {
    const { account, to, credits } = plan.subject;
    const { post, operation } = await transferCredits(context, plan);
    return { from: account, to, usd: usd(BigInt(credits)), post, operation };
  },
  text: ({ to, usd: sum }) => `${sum} USD of credits are back at ${to}. Two CCN hosts show it.`,
  next: () => [hint('what is left', 'credits balance')],
});
