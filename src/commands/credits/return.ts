import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { money } from '../../contract/fields/fields.ts';
import { parseUsd, usd } from '../../domain/money/money.ts';
import { allowanceGiver } from '../../lifecycle/transfer/allowance-giver.ts';
import { planReturn, whatStays } from '../../lifecycle/transfer/plan-transfer.ts';
import { transferCredits } from '../../lifecycle/transfer/transfer-credits.ts';

export default change({
  name: 'credits return',
  summary: 'Send credits back to whoever gave the allowance',
  audience: 'agent',
  safety: 'spend',
  input: z.object({
    usd: z
      .string()
      .regex(/^(all|\d{1,12}(\.\d{1,6})?)$/, 'an amount in USD like 2 or 0.50, or all')
      .default('all')
      .describe('USD, or all that the VMs do not need'),
  }),
  positionals: ['usd'],
  output: z.object({ from: z.string(), to: z.string(), usd: money, post: z.string(), operation: z.string() }),
  failures: [
    'ALLOWANCE_NOT_FOUND',
    'CREDIT_RESERVE_SHORT',
    'BALANCE_UNREADABLE',
    'NETWORK_REJECTED',
    'TRANSFER_UNCONFIRMED',
    'PLAN_MOVED',
    'KEY_LOCKED',
  ],
  examples: [{ line: 'credits return 1', why: 'what the agent does not need goes back to its owner' }],
  async plan(context, given, digest) {
    const { address: account } = context.keys.current(context.network);
    const to = await allowanceGiver(context, account);
    if (given.usd !== 'all') return planReturn(context, { to, credits: parseUsd(given.usd), expiresAt: null }, digest);
    const { credits, needed } = await whatStays(context, account, 0n);
    return planReturn(context, { to, credits: credits > needed ? credits - needed : 0n, expiresAt: null }, digest);
  },
  async apply(context, plan) {
    const { account, to, credits } = plan.subject;
    const { post, operation } = await transferCredits(context, plan);
    return { from: account, to, usd: usd(BigInt(credits)), post, operation };
  },
  text: ({ to, usd: sum }) => `${sum} USD of credits are back at ${to}. Two CCN hosts show it.`,
  next: () => [hint('what is left', 'credits balance')],
});
