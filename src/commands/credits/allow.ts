import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { duration, instant, money, usdAmount } from '../../contract/fields/fields.ts';
import { parseUsd, usd } from '../../domain/money/money.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { checkAddress } from '../../domain/text/address.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { planAllow } from '../../lifecycle/transfer/plan-transfer.ts';
import { transferCredits } from '../../lifecycle/transfer/transfer-credits.ts';

export default change({
  name: 'credits allow',
  summary: 'Send credits to another account, as an allowance',
  audience: 'owner',
  safety: 'spend',
  input: z.object({
    address: z.string().describe('Account that receives them, with its capitals'),
    usd: usdAmount.describe('USD of credits'),
    expires: duration.optional().describe('What is left is lost after this long'),
  }),
  positionals: ['address', 'usd'],
  output: z.object({
    from: z.string(),
    to: z.string(),
    usd: money,
    expiresAt: instant.nullable(),
    post: z.string(),
    operation: z.string(),
    grantBack: z.string().describe('What to run where the key of that account is, so that you can take them back without its machine'),
  }),
  failures: [
    'APPROVAL_NEEDED',
    'CREDIT_RESERVE_SHORT',
    'LEDGER_OTHER',
    'LEDGER_ROLLED_BACK',
    'HEAD_UNPUBLISHED',
    'LEDGER_BROKEN',
    'POLICY_UNSEALED',
    'BALANCE_UNREADABLE',
    'NETWORK_REJECTED',
    'TRANSFER_UNCONFIRMED',
    'PLAN_MOVED',
    'KEY_LOCKED',
  ],
  examples: [],
  plan: (context, given, digest) => {
    const expiresAt = given.expires === undefined ? null : context.clock.now() + given.expires * 1000;
    return planAllow(context, { to: checkAddress(given.address), credits: parseUsd(given.usd), expiresAt }, digest);
  },
  async apply(context, plan) {
    const { account, to, credits, expiresAt } = plan.subject;
    const { post, operation } = await transferCredits(context, plan);
    return {
      from: account,
      to,
      usd: usd(BigInt(credits)),
      expiresAt: expiresAt === null ? null : formatInstant(expiresAt),
      post,
      operation,
      grantBack: commandLine('authz grant', account, { own: true }),
    };
  },
  text: ({ to, usd: sum, expiresAt, grantBack }) =>
    [
      `${to} has ${sum} USD of credits more${expiresAt === null ? '' : `; what is left of them at ${expiresAt} is lost`}. Two CCN hosts show it.`,
      `So that you can take them back even without the machine of ${to}, run this there: ${grantBack}`,
    ].join('\n'),
  next: () => [hint('what this account still holds', 'credits balance')],
});
