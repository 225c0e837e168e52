import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { duration, instant } from '../../contract/fields/fields.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { grant } from '../../lifecycle/grants/grant.ts';
import { grantBack } from '../../lifecycle/grants/grant-back.ts';
import { endOfGrant } from '../../lifecycle/grants/grant-ends.ts';
import { planGrant } from '../../lifecycle/grants/plan-grant.ts';
import { planOwnGrant } from '../../lifecycle/grants/plan-own-grant.ts';
import { address } from './grant-fields.ts';

/** Without a channel of its own a grant would reach what the account makes itself, which only the grant back does. */
const unfit = (message: string): Failure =>
  new Failure('USAGE', message, {
    sideEffects: 'none',
    fix: human('The agent prints the whole line where its key is.', 'authz request'),
  });

export default change({
  name: 'authz grant',
  summary: "Let another key rent VMs at this account's cost",
  audience: 'owner',
  safety: 'spend',
  input: z.object({
    address: address.describe("The other key's address, as authz request prints it"),
    channel: z
      .string()
      .regex(/^ALEPH-AGENT-[0-9a-f]{12}$/, 'a channel as authz request prints it')
      .optional()
      .describe('The only channel on which it may act'),
    own: z.boolean().optional().meta({ explicit: true }).describe('Let the giver of the allowance take credits back and end the VMs'),
    until: duration.optional().describe('gc on this machine revokes it after this long: 7d'),
    keepWide: z.array(address).default([]).describe('Keep wider grants that these addresses have'),
  }),
  positionals: ['address'],
  output: z.object({
    account: z.string(),
    address: z.string(),
    channel: z.string().nullable().describe('null: the grant back to an owner (--own)'),
    changed: z.boolean(),
    until: instant.nullable().describe('When gc takes it back; null: it stands until somebody does'),
  }),
  failures: [
    'APPROVAL_NEEDED',
    'ALLOWANCE_NOT_FOUND',
    'GRANT_TOO_WIDE',
    'GRANTS_UNREADABLE',
    'GRANT_UNCONFIRMED',
    'NETWORK_REJECTED',
    'PLAN_MOVED',
    'KEY_LOCKED',
  ],
  examples: [],
  async plan(context, { address: to, channel, own, keepWide, until }, digest) {
    if (own !== true) {
      if (channel === undefined) throw unfit('authz grant needs --channel NAME, the channel that authz request drew, or --own.');
      return planGrant(context, { address: to, channel, keepWide, lastsSeconds: until }, digest);
    }
    if (channel !== undefined || until !== undefined) {
      throw unfit('--own is a grant of its own kind: it takes no --channel or --until.');
    }
    return planOwnGrant(context, { address: to, keepWide }, digest);
  },
  async apply(context, plan) {
    const { account, address: to } = plan.subject;
    if (plan.action === 'authz grant own')
      return { account, address: to, channel: null, changed: await grantBack(context, plan), until: null };
    const changed = await grant(context, plan);
    const { channel } = plan.subject;
    const end = endOfGrant(await context.ledger(), { account, network: context.network }, { address: to, channel });
    return { account, address: to, channel, changed, until: end === null ? null : formatInstant(end) };
  },
  text: ({ account, address: to, channel, changed, until }) => {
    if (!changed) return `${to} has this very grant already.`;
    if (channel === null) return `${to} can end the VMs of ${account} and take its credits back. Two CCN hosts show it.`;
    return `${to} can now rent VMs that ${account} pays, with messages on channel ${channel} alone. Two CCN hosts show it.${until === null ? '' : ` gc takes it back at ${until}.`}`;
  },
  next: ({ address: to }) => [hint('what it could do', 'authz check', to), hint('take it back', 'authz revoke', to)],
});
