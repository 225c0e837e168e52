import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { duration, instant } from '../../contract/fields/fields.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { grant } from '../../lifecycle/grants/grant.ts';
import { endOfGrant } from '../../lifecycle/grants/grant-ends.ts';
import { planGrant } from '../../lifecycle/grants/plan-grant.ts';
import { address } from './grant-fields.ts';

export default change({
  name: 'authz grant',
  summary: 'Let another key rent VMs that this account pays',
  audience: 'owner',
  safety: 'spend',
  input: z.object({
    address: address.describe('The key that may, as authz request prints it'),
    channel: z
      .string()
      .regex(/^ALEPH-AGENT-[0-9a-f]{12}$/, 'a channel as authz request prints it')
      .describe('The only channel on which it may'),
    until: duration.optional().describe('gc on this machine takes it back after this long: 7d'),
    keepWide: z.array(address).default([]).describe('Let the wider grants of these addresses stay'),
  }),
  positionals: ['address'],
  output: z.object({
    account: z.string(),
    address: z.string(),
    channel: z.string(),
    changed: z.boolean(),
    until: instant.nullable().describe('When gc takes it back; null: it stands until somebody does'),
  }),
  failures: ['APPROVAL_NEEDED', 'GRANT_TOO_WIDE', 'GRANTS_UNREADABLE', 'GRANT_UNCONFIRMED', 'NETWORK_REJECTED', 'PLAN_MOVED', 'KEY_LOCKED'],
  examples: [],
  plan: (context, { address: to, channel, keepWide, until }, digest) =>
    planGrant(context, { address: to, channel, keepWide, lastsSeconds: until }, digest),
  async apply(context, plan) {
    const changed = await grant(context, plan);
    const { account, address: to, channel } = plan.subject;
    const end = endOfGrant(await context.ledger(), { account, network: context.network }, { address: to, channel });
    return { account, address: to, channel, changed, until: end === null ? null : formatInstant(end) };
  },
  text: ({ account, address: to, channel, changed, until }) =>
    changed
      ? `${to} can now rent VMs that ${account} pays, with messages on channel ${channel} alone. Two CCN hosts show it.${until === null ? '' : ` gc takes it back at ${until}.`}`
      : `${to} has this very grant already.`,
  next: ({ address: to }) => [hint('what it could do', 'authz check', to), hint('take it back', 'authz revoke', to)],
});
