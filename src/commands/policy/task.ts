import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { name, usdAmount } from '../../contract/fields/fields.ts';
import { taskOutput, taskTable, toTaskOutput } from '../../contract/outputs/task-output.ts';
import { budgetOf } from '../../domain/burn/task-budget.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { parseUsd } from '../../domain/money/money.ts';
import type { FreePlan } from '../../domain/plan/plan.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { type PolicyPlan, planPolicy } from '../../lifecycle/governance/plan-policy.ts';
import { setPolicy } from '../../lifecycle/governance/set-policy.ts';
import { readPolicy } from '../../lifecycle/policy/policy-in-force.ts';
import { taskStandings } from '../../lifecycle/policy/task-standings.ts';
import { warnTasksAboveTotal } from '../../lifecycle/policy/warn-tasks-above-total.ts';

const input = z.object({
  name: name.optional().describe('Task; all if omitted'),
  budget: usdAmount.optional().describe('Most that it may cost, USD'),
  remove: z.boolean().default(false).describe('Remove its budget (needs approval)'),
});

const wanted = ({ name: task, budget, remove }: z.output<typeof input>): Record<string, bigint | null> | null => {
  if (budget === undefined && !remove) return null;
  if (budget !== undefined && remove) throw new Failure('USAGE', '--budget and --remove do not go together.');
  if (task === undefined)
    throw new Failure('INPUT_MISSING', `Which task? Name it: ${commandLine('policy task', 'NAME', { budget: '0.50' })}.`);
  return { [task]: budget === undefined ? null : parseUsd(budget) };
};

const isChange = (plan: PolicyPlan | FreePlan<null>): plan is PolicyPlan => plan.subject !== null;

export default change({
  name: 'policy task',
  summary: 'Set budgets per task; raising or removing one needs approval',
  audience: 'owner',
  safety: 'change',
  input,
  positionals: ['name'],
  output: z.object({ version: z.int(), changed: z.boolean(), items: z.array(taskOutput), count: z.int() }),
  failures: ['APPROVAL_NEEDED', 'POLICY_REFUSED', 'PLAN_MOVED'],
  examples: [
    { line: 'policy task', why: 'every budget and what is left' },
    { line: 'policy task nightly --budget 0.50', why: 'all VMs made with --task nightly' },
  ],
  async plan(context, given, digest): Promise<PolicyPlan | FreePlan<null>> {
    const tasks = wanted(given);
    const { address: account } = context.keys.current(context.network);
    const policy = await readPolicy(context, account);
    const already = tasks === null || Object.entries(tasks).every(([task, budget]) => budgetOf(task, policy.tasks) === budget);
    if (already) return freePlan(context, 'policy task', digest, 'Show the budgets of tasks.', null);
    return planPolicy(context, { action: 'policy task', tasks }, digest);
  },
  async apply(context, plan, given) {
    const ledger = await context.ledger();
    const { address: account } = context.keys.current(context.network);
    const changed = isChange(plan);
    const policy = changed ? await setPolicy(context, plan) : await readPolicy(context, account);
    warnTasksAboveTotal(context, policy);
    const standings = taskStandings(ledger, policy, context.clock.now());
    const items = standings.filter(({ task }) => given.name === undefined || task === given.name).map(toTaskOutput);
    return { version: policy.version, changed, items, count: items.length };
  },
  text: ({ items, changed }, style) =>
    [
      ...(changed ? [style.good('It holds from now on.')] : []),
      items.length === 0 ? 'No budget.' : taskTable(items, style),
      'A task is what a caller says it is (--task, ALEPH_AGENT_TASK): budgets stop mistakes.',
    ].join('\n'),
  next: () => [hint('all limits', 'policy show')],
});
