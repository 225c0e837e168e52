import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { duration } from '../../contract/fields/fields.ts';
import { limitFields, limitsOf } from '../../contract/fields/limit-fields.ts';
import { policyOutput, toPolicyOutput } from '../../contract/outputs/policy-output.ts';
import type { Limits } from '../../domain/limits/policy.ts';
import { argumentsDigest } from '../../domain/text/arguments-digest.ts';
import { planPolicy } from '../../lifecycle/governance/plan-policy.ts';
import { setPolicy } from '../../lifecycle/governance/set-policy.ts';
import { taskStandings } from '../../lifecycle/policy/task-standings.ts';

const { maxVms, ...limits } = limitFields;

const input = z.object({
  maxVms,
  defaultTtl: duration.optional().describe('Lifetime where none is given'),
  ...limits,
  teardownUnreachable: duration
    .refine((seconds) => seconds === 0 || seconds >= 600, '0m for never, or at least 10m')
    .optional()
    .describe('Destroy what nothing reaches for so long; 0m never'),
  endUnarmed: duration.optional().describe('End what has no own timer after so long; 0m never'),
  reauthorise: z.boolean().default(false).describe('Start the total anew and acknowledge the balance (a person)'),
});

const wanted = (given: z.output<typeof input>): Partial<Limits> => ({
  ...limitsOf(given),
  ...(given.defaultTtl === undefined ? {} : { defaultTtlSeconds: given.defaultTtl }),
  ...(given.teardownUnreachable === undefined ? {} : { teardownUnreachableSeconds: given.teardownUnreachable }),
  ...(given.endUnarmed === undefined ? {} : { endUnarmedSeconds: given.endUnarmed }),
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
  plan: (context, given) =>
    planPolicy(
      context,
      { action: 'policy set', limits: wanted(given), reauthorise: given.reauthorise },
      argumentsDigest('policy set', given),
    ),
  async apply(context, plan) {
    const policy = await setPolicy(context, plan);
    return toPolicyOutput(policy, taskStandings(await context.ledger(), policy, context.clock.now()));
  },
  text: (policy) => `Policy version ${policy.version} holds.`,
  next: () => [hint('all limits', 'policy show')],
});
