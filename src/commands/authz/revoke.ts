import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { planRevoke } from '../../lifecycle/grants/plan-revoke.ts';
import { revoke } from '../../lifecycle/grants/revoke.ts';
import { address } from './grant-fields.ts';

export default change({
  name: 'authz revoke',
  summary: 'Take all grants of this account back from an address',
  audience: 'owner',
  safety: 'destroy',
  input: z.object({
    address: address.describe('Whose grants'),
    destroyVms: z.boolean().default(false).describe('Then destroy the VMs that it has running at your cost'),
  }),
  positionals: ['address'],
  output: z.object({ account: z.string(), address: z.string(), changed: z.boolean(), destroyed: z.array(z.string()) }),
  failures: [
    'APPROVAL_NEEDED',
    'GRANTS_UNREADABLE',
    'GRANT_UNCONFIRMED',
    'NETWORK_REJECTED',
    'DESTROY_INCOMPLETE',
    'PLAN_MOVED',
    'KEY_LOCKED',
  ],
  examples: [{ line: 'authz revoke 0xADDRESS', why: 'the agent is done, or not to be trusted any more' }],
  plan: (context, { address: from, destroyVms }, digest) => planRevoke(context, { address: from, destroyVms }, digest),
  async apply(context, plan) {
    const { changed, destroyed } = await revoke(context, plan);
    const { account, address: from } = plan.subject;
    return { account, address: from, changed, destroyed: destroyed.map(shortId) };
  },
  text: ({ account, address: from, changed, destroyed }) =>
    changed
      ? `${from} can do nothing more with ${account}; two CCN hosts show it.${destroyed.length === 0 ? '' : ` Destroyed: ${destroyed.join(', ')}.`}`
      : `${from} has no grant of ${account}.`,
  next: () => [hint('who else may act for the account', 'authz ls')],
});
