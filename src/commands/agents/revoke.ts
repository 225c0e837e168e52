import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { money } from '../../contract/fields/fields.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { planAgentsEnd } from '../../lifecycle/agents/plan-agents-end.ts';
import { putOut } from '../../lifecycle/agents/put-out.ts';
import { destroySeveral } from '../../lifecycle/end/destroy-several.ts';
import { requireAllGone } from '../../lifecycle/end/require-all-gone.ts';
import { agentName } from './slice-fields.ts';

export default change({
  name: 'agents revoke',
  summary: 'Remove an agent for good',
  audience: 'owner',
  safety: 'destroy',
  input: z.object({ name: agentName, destroyVms: z.boolean().default(false).describe('Also destroy its VMs (needs approval)') }),
  positionals: ['name'],
  output: z.object({
    name: z.string(),
    destroyed: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })),
    left: z.array(z.string()).describe('Its VMs that run to their expiry'),
    leftUsdPerHour: money,
  }),
  failures: ['KEY_MISSING', 'AGENT_NOT_FOUND', 'APPROVAL_NEEDED', 'DESTROY_INCOMPLETE', 'PLAN_MOVED', 'KEY_LOCKED'],
  examples: [{ line: 'agents revoke ci', why: 'it is done, or not to be trusted any more' }],
  async first(context, { name }) {
    return (await putOut(context, name, 'revoked')).changed;
  },
  plan: (context, { name, destroyVms }, digest) => planAgentsEnd(context, { name, destroyVms }, digest),
  async apply(context, plan) {
    const { name, ids } = plan.subject;
    const { live: before } = await putOut(context, name, 'revoked');
    const outcomes = ids.length === 0 ? [] : await destroySeveral(context, plan);
    requireAllGone(outcomes, `Agent ${name} is out.`);
    const left = before.filter(({ id }) => !ids.includes(id));
    return {
      name,
      destroyed: outcomes.map(({ vm }) => ({ id: shortId(vm.id), name: vm.name, state: vm.state })),
      left: left.map(({ id }) => shortId(id)),
      leftUsdPerHour: usdPerHour(left.reduce((sum, { rate }) => sum.plus(rate), new Exact(0))),
    };
  },
  text: ({ name, destroyed, left, leftUsdPerHour }) =>
    [
      `Agent ${name} is out: its token, its open approvals and envelopes count no more.`,
      ...destroyed.map((vm) => `${vm.name} is ${vm.state}`),
      ...(left.length === 0
        ? []
        : [`${left.length} of its VMs run to their expiry, at ${leftUsdPerHour} USD/h, with its SSH key in them: ${left.join(', ')}.`]),
    ].join('\n'),
  next: ({ name, left }) =>
    left.length === 0 ? [hint('who else is let in', 'agents ls')] : [hint('end them now', 'agents revoke', name, { destroyVms: true })],
});
