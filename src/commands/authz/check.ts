import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { money } from '../../contract/fields/fields.ts';
import { powersInWords } from '../../domain/grants/grant-powers.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { checkGrants } from '../../lifecycle/grants/check-grants.ts';
import { address } from './grant-fields.ts';

export default query({
  name: 'authz check',
  summary: 'Say what an address could do with this account',
  audience: 'owner',
  input: z.object({ address: address.describe('The address to check') }),
  positionals: ['address'],
  output: z.object({
    account: z.string(),
    address: z.string(),
    entries: z.int(),
    may: z.array(z.string()).describe('In words, the gravest first'),
    destroyableVms: z.array(z.string()).describe('VMs and programs that it could destroy'),
    operableVms: z.array(z.string()).describe('VMs that it could stop or erase on their nodes'),
    spendableUsd: money.describe('Credits that it could spend'),
    movableUsd: money.describe('Credits that it could send away'),
  }),
  failures: ['KEY_MISSING', 'GRANTS_UNREADABLE'],
  examples: [{ line: 'authz check 0xADDRESS', why: 'before and after a grant' }],
  async run(context, { address: who }) {
    const { address: account } = context.keys.current(context.network);
    const { entries, powers, destroyable, operable, spendableUsd, movableUsd } = await checkGrants(context, account, who);
    return {
      account,
      address: who,
      entries,
      may: powersInWords(powers),
      destroyableVms: destroyable.map(shortId),
      operableVms: operable.map(shortId),
      spendableUsd,
      movableUsd,
    };
  },
  text: ({ account, address: who, entries, may, destroyableVms, operableVms, spendableUsd, movableUsd }, style) =>
    entries === 0
      ? `${who} can do nothing with ${account}.`
      : [
          `${who} may, for ${account}:`,
          ...may.map((what) => `  ${what}`),
          style.facts([
            ['could destroy', destroyableVms.join(', ') || 'nothing that runs now'],
            ['could operate', operableVms.join(', ') || 'nothing that runs now'],
            ['could spend', `${spendableUsd} USD`],
            ['could send away', `${movableUsd} USD`],
          ]),
        ].join('\n'),
  next: ({ address: who, entries }) => (entries === 0 ? [] : [hint('take it back', 'authz revoke', who)]),
});
