import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { usdAmount } from '../../contract/fields/fields.ts';
import { planLimit } from '../../lifecycle/agents/plan-slice.ts';
import { warnAboveTotal } from '../../lifecycle/agents/warn-above-total.ts';
import { setPolicy } from '../../lifecycle/governance/set-policy.ts';
import { agentOutput, toAgentOutput } from './agent-output.ts';
import { agentName, sliceFields, wishOf } from './slice-fields.ts';
import { standingOf } from './standing-of.ts';

export default change({
  name: 'agents limit',
  summary: "Narrow an agent's slice (anybody) or widen it (needs approval)",
  audience: 'owner',
  safety: 'change',
  input: z.object({ name: agentName, budget: usdAmount.optional().describe('Most that its VMs may cost, USD'), ...sliceFields }),
  positionals: ['name'],
  output: agentOutput,
  failures: ['KEY_MISSING', 'AGENT_NOT_FOUND', 'APPROVAL_NEEDED', 'POLICY_REFUSED', 'APPROVAL_EXPIRED', 'PLAN_MOVED'],
  examples: [{ line: 'agents limit ci --per-day 0.20 --max-vms 1', why: 'less from now on' }],
  plan: (context, { name, ...given }, digest) => planLimit(context, { name, ...wishOf(given) }, digest),
  async apply(context, plan, { name }) {
    warnAboveTotal(context, await setPolicy(context, plan));
    return toAgentOutput(await standingOf(context, name));
  },
  text: ({ name, leftUsd, budgetUsd }) => `The slice of ${name} holds from now on: ${leftUsd} of ${budgetUsd} USD left.`,
  next: ({ name }) => [hint('all of it', 'agents show', name)],
});
