import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { limitFields, limitsOf } from '../../contract/fields/limit-fields.ts';
import { changedFacts, changedLimit, changedLimits } from '../../contract/outputs/limit-outputs.ts';
import { policyOutput, toPolicyOutput } from '../../contract/outputs/policy-output.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { checkAddress } from '../../domain/text/address.ts';
import { type FunderPlan, planFunder } from '../../lifecycle/governance/plan-funder.ts';
import { type PolicyPlan, planPolicy } from '../../lifecycle/governance/plan-policy.ts';
import { setFunder } from '../../lifecycle/governance/set-funder.ts';
import { setPolicy } from '../../lifecycle/governance/set-policy.ts';
import { readPolicy } from '../../lifecycle/policy/policy-in-force.ts';
import { taskStandings } from '../../lifecycle/policy/task-standings.ts';

const input = z.object({
  ...limitFields('set'),
  reauthorise: z.boolean().default(false).describe('Restart the total and acknowledge the balance (needs approval)'),
  funder: z.string().optional().describe('Address that approves by sending credits, or none'),
});

/** The funder that the caller wants; undefined where it is about limits. `USAGE` for both at once: each is agreed to by itself. */
const wantedFunder = ({ funder, reauthorise, ...limits }: z.output<typeof input>): string | null | undefined => {
  if (funder === undefined) return undefined;
  if (reauthorise || Object.keys(limitsOf({ ...limits })).length > 0) {
    throw new Failure('USAGE', '--funder is agreed to by itself: leave the limits out, and set them in another call.');
  }
  return funder === 'none' ? null : checkAddress(funder);
};

const isFunder = (plan: PolicyPlan | FunderPlan): plan is FunderPlan => plan.action === 'policy funder';

export default change({
  name: 'policy set',
  summary: 'Lower limits (anybody) or raise them (needs approval)',
  audience: 'owner',
  safety: 'change',
  input,
  output: policyOutput.extend({ changed: z.array(changedLimit).describe('Limits that are others than before') }),
  failures: ['KEY_MISSING', 'APPROVAL_NEEDED', 'POLICY_REFUSED', 'APPROVAL_EXPIRED', 'PLAN_MOVED', 'BALANCE_UNREADABLE', 'CLOCK_UNTRUSTED'],
  examples: [
    { line: 'policy set --max-day 1 --max-vms 2', why: 'an agent may always lower its limits' },
    { line: 'policy set --max-day 3 --dry-run', why: 'what a person would have to approve' },
  ],
  async plan(context, given, digest): Promise<PolicyPlan | FunderPlan> {
    const funder = wantedFunder(given);
    if (funder !== undefined) return planFunder(context, funder, digest);
    return planPolicy(context, { action: 'policy set', limits: limitsOf(given), reauthorise: given.reauthorise }, digest);
  },
  async apply(context, plan) {
    const before = await readPolicy(context, plan.subject.account);
    const policy = isFunder(plan) ? await setFunder(context, plan) : await setPolicy(context, plan);
    const standings = taskStandings(await context.ledger(), policy, context.clock.now());
    return { ...toPolicyOutput(policy, standings), changed: changedLimits(before.limits, policy.limits) };
  },
  text: ({ version, funder, changed }, style) =>
    [
      ...(changed.length === 0 ? [] : [style.facts(changedFacts(changed))]),
      style.prose(`Policy version ${version} holds.${funder === null ? '' : ` ${funder} approves by funding.`}`),
    ].join('\n'),
  next: () => [hint('all limits', 'policy show')],
});
