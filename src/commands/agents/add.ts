import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { instant, usdAmount } from '../../contract/fields/fields.ts';
import { invitationText, invitedTo } from '../../domain/agents/invitation.ts';
import type { FreePlan } from '../../domain/plan/plan.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { inviteIn } from '../../lifecycle/agents/invite.ts';
import { planAdd } from '../../lifecycle/agents/plan-slice.ts';
import { warnAboveTotal } from '../../lifecycle/agents/warn-above-total.ts';
import type { PolicyPlan } from '../../lifecycle/governance/plan-policy.ts';
import { setPolicy } from '../../lifecycle/governance/set-policy.ts';
import { readPolicy } from '../../lifecycle/policy/policy-in-force.ts';
import { carriedVms, warnOfNoCarrier } from '../../lifecycle/timers/carried-vms.ts';
import { agentOutput, toAgentOutput } from './agent-output.ts';
import { agentName, sliceFields, via, wishOf } from './slice-fields.ts';
import { standingOf } from './standing-of.ts';

const isChange = (plan: PolicyPlan | FreePlan<null>): plan is PolicyPlan => plan.subject !== null;

export default change({
  name: 'agents add',
  summary: 'Let an agent in with a slice of the policy (needs approval)',
  audience: 'owner',
  safety: 'change',
  input: z.object({ name: agentName, budget: usdAmount.describe('Most that its VMs may cost, USD'), ...sliceFields, via }),
  positionals: ['name'],
  output: z.object({
    agent: agentOutput,
    invitation: z.string().describe('Secret, good for one join: whoever holds it becomes this agent'),
    url: z.string().describe('Where it leads'),
    invitedUntil: instant,
  }),
  failures: ['KEY_MISSING', 'NAME_TAKEN', 'APPROVAL_NEEDED', 'POLICY_REFUSED', 'APPROVAL_EXPIRED', 'PLAN_MOVED'],
  examples: [
    { line: 'agents add ci --budget 2 --per-day 1 --max-vms 2 --max-ttl 4h --expires 30d', why: 'a budget of its own for one agent' },
    { line: 'agents add ci --budget 2 --dry-run', why: 'what a person would have to approve' },
  ],
  async plan(context, { name, via, ...given }, digest): Promise<PolicyPlan | FreePlan<null>> {
    invitedTo(await context.host.safe.addresses(), via);
    return planAdd(context, { name, ...wishOf(given) }, digest);
  },
  async apply(context, plan, { name, via }) {
    const address = invitedTo(await context.host.safe.addresses(), via);
    if (isChange(plan)) await setPolicy(context, plan);
    const { address: account } = context.keys.current(context.network);
    const ledger = await context.ledger();
    const invitation = ledger.write('agents.set', (transaction) => inviteIn(context, transaction, { account, name }, address));
    warnAboveTotal(context, await readPolicy(context, account));
    warnOfNoCarrier(context, carriedVms(ledger, { network: context.network, account }));
    return {
      agent: toAgentOutput(await standingOf(context, name)),
      invitation: invitationText(invitation),
      url: invitation.url,
      invitedUntil: formatInstant(ledger.agent(name)!.invitedUntil!),
    };
  },
  text: ({ agent, invitation, url, invitedUntil }, style) =>
    [
      style.good(`Agent ${agent.name} is let in, with ${agent.budgetUsd} USD.`),
      `Its invitation to ${url}, good for one join until ${invitedUntil}; whoever holds it becomes this agent:`,
      invitation,
    ].join('\n'),
  next: ({ agent }) => [hint('what it may do', 'agents show', agent.name)],
});
