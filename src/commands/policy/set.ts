import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { limitFields, limitsOf } from '../../contract/fields/limit-fields.ts';
import { policyOutput, toPolicyOutput } from '../../contract/outputs/policy-output.ts';
import { planPolicy } from '../../lifecycle/governance/plan-policy.ts';
import { setPolicy } from '../../lifecycle/governance/set-policy.ts';
import { taskStandings } from '../../lifecycle/policy/task-standings.ts';

const input = z.object({
  ...limitFields('set'),
  reauthorise: z.boolean().default(false).describe('Start the total anew and acknowledge the balance (a person)'),
});

export default change({
  name: 'policy set',
  summary: 'Lower limits (anybody) or raise them (a person)',
  audience: 'owner',
  safety: 'change',
  input,
  output: policyOutput,
  failures: ['KEY_MISSING', 'APPROVAL_NEEDED', 'POLICY_REFUSED', 'APPROVAL_EXPIRED', 'PLAN_MOVED', 'BALANCE_UNREADABLE'],
  examples: [
    { line: 'policy set --max-day 1 --max-vms 2', why: 'an agent may always lower its limits' },
    { line: 'policy set --max-day 3 --dry-run', why: 'what a person would have to approve' },
  ],
  plan: (context, given, digest) =>
    planPolicy(context, { action: 'policy set', limits: limitsOf(given), reauthorise: given.reauthorise }, digest),
  async apply(context, plan) {
    const policy = await setPolicy(context, plan);
    return toPolicyOutput(policy, taskStandings(await context.ledger(), policy, context.clock.now()));
  },
  text: (policy) => `Policy version ${policy.version} holds.`,
  next: () => [hint('all limits', 'policy show')],
});
