import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { money } from '../../contract/fields/fields.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { counted } from '../../domain/text/counted.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { planRevoke } from '../../lifecycle/grants/plan-revoke.ts';
import { revoke } from '../../lifecycle/grants/revoke.ts';
import { address } from './grant-fields.ts';

export default change({
  name: 'authz revoke',
  summary: 'Revoke all grants of this account to an address',
  audience: 'owner',
  safety: 'destroy',
  input: z.object({
    address: address.describe('Address whose grants to revoke'),
    destroyVms: z.boolean().default(false).describe('Also destroy its VMs that run at your cost'),
  }),
  positionals: ['address'],
  output: z.object({
    account: z.string(),
    address: z.string(),
    changed: z.boolean(),
    destroyed: z.array(z.string()),
    left: z.array(z.string()).nullable().describe('VMs that it has running at your cost still: only you end them; null: not known'),
    leftUsdPerHour: money.nullable(),
  }),
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
    const { changed, destroyed, left } = await revoke(context, plan);
    const { account, address: from } = plan.subject;
    const burn = (left ?? []).reduce((sum, { rate }) => sum.plus(rate ?? 0), new Exact(0));
    return {
      account,
      address: from,
      changed,
      destroyed: destroyed.map(shortId),
      left: left?.map(({ id }) => shortId(id)) ?? null,
      leftUsdPerHour: left === null ? null : usdPerHour(burn),
    };
  },
  text: ({ account, address: from, changed, destroyed, left, leftUsdPerHour }) =>
    [
      changed
        ? `${from} can do nothing more with ${account}; two CCN hosts show it.${destroyed.length === 0 ? '' : ` Destroyed: ${destroyed.join(', ')}.`}`
        : `${from} has no grant of ${account}.`,
      ...(left === null ? ['Whether it has VMs running at your cost still cannot be told now.'] : []),
      ...(left === null || left.length === 0
        ? []
        : [
            `It still has ${counted(left.length, 'VM')} running at your cost (${leftUsdPerHour} USD/h), which only you can end now: ${left.join(', ')}.`,
          ]),
    ].join('\n'),
  next: ({ address: from, left }) => [
    ...(left !== null && left.length > 0 ? [hint('end its VMs', 'authz revoke', from, { destroyVms: true })] : []),
    hint('who else may act for the account', 'authz ls'),
  ],
});
