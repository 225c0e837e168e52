import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';

import { hint } from '../../contract/declare/hint.ts';
import { planLetInAgain, resume } from '../../lifecycle/agents/let-in-again.ts';
import { agentName } from './slice-fields.ts';

export default change({
  name: 'agents resume',
  summary: 'Resume a suspended agent (needs approval)',
  audience: 'owner',
  safety: 'change',
  input: z.object({ name: agentName }),
  positionals: ['name'],
  output: z.object({ name: z.string(), changed: z.boolean() }),
  failures: ['KEY_MISSING', 'AGENT_NOT_FOUND', 'AGENT_REFUSED', 'APPROVAL_NEEDED', 'POLICY_REFUSED', 'APPROVAL_EXPIRED', 'PLAN_MOVED'],
  examples: [{ line: 'agents resume ci', why: 'all is understood' }],
  plan: (context, { name }, digest) => planLetInAgain(context, 'agents resume', name, digest),
  async apply(context, plan) {
    return { name: plan.subject.name, changed: await resume(context, plan) };
  },
  text: ({ name, changed }) => (changed ? `Agent ${name} goes on.` : `Agent ${name} was not suspended.`),
  next: ({ name }) => [hint('what it may do', 'agents show', name)],
});
