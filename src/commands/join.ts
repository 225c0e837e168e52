import * as z from 'zod';
import { change } from '../contract/declare/command.ts';
import { freePlan } from '../contract/declare/free-plan.ts';
import { hint } from '../contract/declare/hint.ts';
import { instant } from '../contract/fields/fields.ts';
import { readInvitation } from '../domain/agents/invitation.ts';
import { Failure } from '../domain/failure/failure.ts';
import { human } from '../domain/suggest/fix.ts';

const invitationLimit = 4096;

export default change({
  name: 'join',
  summary: 'Join a safe as an agent, with an invitation on stdin',
  audience: 'agent',
  safety: 'change',
  input: z.object({ invitation: z.string().default('-').describe('"-": on stdin. Never the invitation itself') }),
  positionals: ['invitation'],
  output: z.object({
    agent: z.string(),
    network: z.string(),
    account: z.string(),
    payer: z.string(),
    until: instant.nullable().describe('null: until it is revoked'),
  }),
  failures: ['SAFE_UNREACHABLE', 'SAFE_VERSION', 'AGENT_REFUSED', 'CONFIG_INVALID'],
  examples: [{ line: 'join -', why: 'what the owner of a safe gave you, pasted or piped' }],
  settingsOnly: true,
  plan: async (context, { invitation }, digest) => {
    if (invitation !== '-') {
      throw new Failure('USAGE', 'join takes only "-", for stdin: what stands on a command line is seen by others and kept in histories.', {
        fix: human('If that was an invitation, ask for a new one (agents rotate).'),
      });
    }
    return freePlan(context, 'join', digest, 'Join a safe.', null);
  },
  async apply(context) {
    const bytes = await context.secrets.readStdin(invitationLimit);
    return context.host.safe.join(readInvitation(new TextDecoder().decode(bytes)));
  },
  text: ({ agent, network, payer, until }, style) =>
    [
      style.good(`You are agent ${agent} of this safe.`),
      `What you make on ${network} costs ${payer}, within your slice${until === null ? '' : `, until ${until}`}. Neither key nor ledger are here.`,
    ].join('\n'),
  next: () => [hint('what you may do', 'whoami')],
});
