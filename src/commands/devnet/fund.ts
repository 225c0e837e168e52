import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { money, usdAmount } from '../../contract/fields/fields.ts';
import { usd } from '../../domain/money/money.ts';
import { checkAddress } from '../../domain/text/address.ts';
import { amountOf, parseAmount, tokens } from '../../domain/topup/token.ts';

export default session({
  name: 'devnet fund',
  summary: 'Give an address credits on the devnet; the key in use by default',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    usd: usdAmount.describe('Amount in USD; of --token, in tokens'),
    address: z.string().optional().describe('Address; the key in use if omitted'),
    token: z.enum(tokens).optional().describe('Instead: tokens on its EVM chain, and ETH for fees'),
  }),
  positionals: ['usd', 'address'],
  output: z.object({
    address: z.string(),
    addedUsd: money.nullable(),
    balanceUsd: money.nullable().describe('null where tokens were given'),
    tokens: z.string().nullable(),
  }),
  failures: ['DEVNET_NOT_RUNNING', 'POLICY_REFUSED', 'KEY_MISSING'],
  examples: [{ line: 'devnet fund 5', why: 'five dollars that are worth nothing' }],
  async run(context, input) {
    const address = input.address === undefined ? context.keys.current('devnet').address : checkAddress(input.address);
    const control = await context.host.devnets.control();
    if (input.token !== undefined) {
      const units = parseAmount(input.usd, input.token);
      await control.giveTokens(address, input.token, units);
      return { data: { address, addedUsd: null, balanceUsd: null, tokens: amountOf(units, input.token) } };
    }
    const balance = await control.fund(address, input.usd);
    return { data: { address, addedUsd: input.usd, balanceUsd: usd(BigInt(balance)), tokens: null } };
  },
  text: ({ address, balanceUsd, tokens: given }) =>
    given === null
      ? `${address} holds ${balanceUsd} USD of devnet credits.`
      : `${address} got ${given} on the devnet's EVM chain, and ETH for gas.`,
  next: () => [hint('what it holds', 'credits balance', { network: 'devnet' })],
});
