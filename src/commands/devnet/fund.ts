import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { money, usdAmount } from '../../contract/fields/fields.ts';
import { usd } from '../../domain/money/money.ts';
import { checkAddress } from '../../domain/text/address.ts';

export default session({
  name: 'devnet fund',
  summary: 'Give an address credits on the devnet; our own key when none is named',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    usd: usdAmount.describe('Amount in USD'),
    address: z.string().optional().describe('Address; the key in use otherwise'),
  }),
  positionals: ['usd', 'address'],
  output: z.object({ address: z.string(), addedUsd: money, balanceUsd: money }),
  failures: ['DEVNET_NOT_RUNNING', 'POLICY_REFUSED', 'KEY_MISSING'],
  examples: [{ line: 'devnet fund 5', why: 'five dollars that are worth nothing' }],
  async run(context, input) {
    const address = input.address === undefined ? context.keys.current('devnet').address : checkAddress(input.address);
    const control = await context.host.devnets.control();
    const balance = await control.fund(address, input.usd);
    return { data: { address, addedUsd: input.usd, balanceUsd: usd(BigInt(balance)) } };
  },
  text: ({ address, balanceUsd }) => `${address} holds ${balanceUsd} USD of devnet credits.`,
  next: () => [hint('what it holds', 'credits balance', { network: 'devnet' })],
});
