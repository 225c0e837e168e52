import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { instant } from '../../contract/fields/fields.ts';
import { invitationText, invitedTo } from '../../domain/agents/invitation.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { planLetInAgain, rotate } from '../../lifecycle/agents/let-in-again.ts';
import { agentName, via } from './slice-fields.ts';

export default change({
  name: 'agents rotate',
  summary: 'Invite an agent again; its old token stops working (needs approval)',
  audience: 'owner',
  safety: 'change',
  input: z.object({ name: agentName, via }),
  positionals: ['name'],
  output: z.object({
    name: z.string(),
    invitation: z.string().describe('Secret, good for one join'),
    url: z.string().describe('Where it leads'),
    invitedUntil: instant,
  }),
  failures: ['KEY_MISSING', 'AGENT_NOT_FOUND', 'AGENT_REFUSED', 'APPROVAL_NEEDED', 'POLICY_REFUSED', 'APPROVAL_EXPIRED', 'PLAN_MOVED'],
  examples: [{ line: 'agents rotate ci', why: 'its token may have leaked, or its machine is another one' }],
  async plan(context, { name, via }, digest) {
    invitedTo(await context.host.safe.addresses(), via);
    return planLetInAgain(context, 'agents rotate', name, digest);
  },
  async apply(context, plan, { via }) {
    const { name } = plan.subject;
    const invitation = await rotate(context, plan, invitedTo(await context.host.safe.addresses(), via));
    return {
      name,
      invitation: invitationText(invitation),
      url: invitation.url,
      invitedUntil: formatInstant((await context.ledger()).agent(name)!.invitedUntil!),
    };
  },
  text: ({ name, invitation, url, invitedUntil }) =>
    [`The invitation of ${name} to ${url}, good for one join until ${invitedUntil}; whoever holds it becomes this agent:`, invitation].join(
      '\n',
    ),
  next: ({ name }) => [hint('what it may do', 'agents show', name)],
});
