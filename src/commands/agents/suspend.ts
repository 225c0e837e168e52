import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { putOut } from '../../lifecycle/agents/put-out.ts';
import { agentName } from './slice-fields.ts';

export default change({
  name: 'agents suspend',
  summary: 'Suspend an agent until a person resumes it',
  audience: 'owner',
  safety: 'change',
  input: z.object({ name: agentName }),
  positionals: ['name'],
  output: z.object({ name: z.string(), changed: z.boolean() }),
  failures: ['KEY_MISSING', 'AGENT_NOT_FOUND'],
  examples: [{ line: 'agents suspend ci', why: 'something is odd: ask questions later' }],
  plan: async (context, { name }, digest) => freePlan(context, 'agents suspend', digest, `Suspend agent ${name}.`, { name }),
  async apply(context, plan) {
    const { row, changed } = await putOut(context, plan.subject.name, 'suspended');
    return { name: row.name, changed };
  },
  text: ({ name, changed }) =>
    changed ? `Agent ${name} spends nothing more; what it has runs to its expiry.` : `Agent ${name} is suspended or revoked already.`,
  next: ({ name }) => [hint('what it has', 'agents show', name), hint('resuming it needs approval', 'agents resume', name)],
});
