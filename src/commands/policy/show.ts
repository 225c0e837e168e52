import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { limitFacts } from '../../contract/outputs/limit-outputs.ts';
import { policyOutput, toPolicyOutput } from '../../contract/outputs/policy-output.ts';
import { taskTable } from '../../contract/outputs/task-output.ts';
import { inProject } from '../../lifecycle/policy/in-project.ts';
import { readPolicy } from '../../lifecycle/policy/policy-in-force.ts';
import { taskStandings } from '../../lifecycle/policy/task-standings.ts';
import { warnTasksAboveTotal } from '../../lifecycle/policy/warn-tasks-above-total.ts';

export default query({
  name: 'policy show',
  summary: 'Show the limits of this account',
  audience: 'agent',
  input: z.object({}),
  output: policyOutput,
  failures: ['KEY_MISSING'],
  examples: [{ line: 'policy show', why: 'what may be spent' }],
  async run(context) {
    const { address } = context.keys.current(context.network);
    const { project } = context.preferences;
    const ledger = await context.ledger();
    const policy = inProject(await readPolicy(context, address), context);
    warnTasksAboveTotal(context, policy);
    const tightenedBy = project !== null && Object.keys(project.limits).length > 0 ? project.path : null;
    return { ...toPolicyOutput(policy, taskStandings(ledger, policy, context.clock.now())), tightenedBy };
  },
  text: (policy, style) =>
    [
      style.facts([
        ['account', `${policy.account} on ${policy.network}`],
        ...limitFacts(policy),
        ...(policy.tightenedBy === null ? [] : [['tightened by', policy.tightenedBy] as const]),
        [
          'who approves',
          policy.approver === 'terminal'
            ? 'a person at a terminal of this machine: it stops mistakes, not a process that reads the key'
            : policy.approver,
        ],
        ...(policy.funder === null ? [] : [['approves by funding', policy.funder] as const]),
        ...(policy.problem === null ? [] : [['nothing is spent', policy.problem] as const]),
        ...(policy.frozenSince === null ? [] : [['frozen since', policy.frozenSince] as const]),
      ]),
      ...(policy.tasks.length === 0 ? [] : [taskTable(policy.tasks, style), 'A task is what a caller says it is: budgets stop mistakes.']),
    ].join('\n'),
  next: () => [hint('what is spent and what runs', 'status')],
});
