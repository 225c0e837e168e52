import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { money } from '../../contract/fields/fields.ts';
import { powersInWords } from '../../domain/grants/grant-powers.ts';
import { reachInWords } from '../../domain/grants/reach-words.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { checkGrants } from '../../lifecycle/account/check-grants.ts';
import { address } from './grant-fields.ts';

export default query({
  name: 'authz check',
  summary: 'Check what an address could do with this account',
  audience: 'owner',
  input: z.object({ address: address.describe('The address to check') }),
  positionals: ['address'],
  output: z.object({
    account: z.string(),
    address: z.string(),
    entries: z.int(),
    says: z.string().describe('In a sentence; doctor says the same'),
    may: z.array(z.string()).describe('In words, the gravest first'),
    destroyableVms: z.array(z.string()).describe('VMs and programs that it could destroy'),
    operableVms: z.array(z.string()).describe('VMs that it could stop or erase on their nodes'),
    runningVms: z.array(z.string()).describe('Its VMs here; nothing of its own ends them once the grant is taken back'),
    spendableUsd: money.describe('Credits that it could spend'),
    movableUsd: money.describe('Credits that it could send away'),
  }),
  failures: ['KEY_MISSING', 'GRANTS_UNREADABLE'],
  examples: [{ line: 'authz check 0xADDRESS', why: 'before and after a grant' }],
  async run(context, { address: who }) {
    const { address: account } = context.keys.current(context.network);
    const [reach] = await checkGrants(context, account, [who]);
    const { entries, powers, destroyable, operable, running, spendableUsd, movableUsd } = reach!;
    return {
      account,
      address: who,
      entries,
      says: reachInWords(reach!, account),
      may: powersInWords(powers),
      destroyableVms: destroyable.map(shortId),
      operableVms: operable.map(shortId),
      runningVms: running.map(shortId),
      spendableUsd,
      movableUsd,
    };
  },
  text: ({ says, entries, destroyableVms, operableVms, runningVms }, style) =>
    entries === 0
      ? says
      : [
          says,
          style.facts([
            ['could destroy', destroyableVms.join(', ') || 'nothing that runs now'],
            ['could operate', operableVms.join(', ') || 'nothing that runs now'],
            ['has running', runningVms.join(', ') || 'nothing'],
          ]),
        ].join('\n'),
  next: ({ address: who, entries }) => (entries === 0 ? [] : [hint('take it back', 'authz revoke', who)]),
});
