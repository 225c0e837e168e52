import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import type { Style } from '../../contract/declare/style.ts';
import { instant } from '../../contract/fields/fields.ts';
import { limitFacts } from '../../contract/outputs/limit-outputs.ts';
import { policyOutput, toPolicyOutput } from '../../contract/outputs/policy-output.ts';
import { taskTable } from '../../contract/outputs/task-output.ts';
import { signedAs } from '../../domain/plan/plan-kinds.ts';
import { readablePlan } from '../../domain/plan/read-plan.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { ownOf } from '../../lifecycle/caller/callers-rows.ts';
import { inProject } from '../../lifecycle/policy/in-project.ts';
import { readPolicy } from '../../lifecycle/policy/policy-in-force.ts';
import { taskStandings } from '../../lifecycle/policy/task-standings.ts';
import { warnTasksAboveTotal } from '../../lifecycle/policy/warn-tasks-above-total.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

interface PendingSeal {
  approval: string;
  summary: string;
  expiresAt: string;
}

/** The newest version of this policy that its approver has not decided on. An agent sees only what it asked for itself. */
const pendingIn = (
  ledger: Pick<LedgerReader, 'approvals'>,
  context: Pick<ReadContext, 'network' | 'clock' | 'caller'>,
  account: string,
): PendingSeal | null => {
  const asked = ledger.approvals({ state: 'pending', network: context.network, account, ...ownOf(context) });
  const seals = asked.flatMap((row) => {
    const plan = row.expiresAt > context.clock.now() ? readablePlan(row) : null;
    return plan !== null && signedAs(plan).kind === 'seal' ? [{ row, plan }] : [];
  });
  const newest = seals.sort((a, b) => b.row.requestedAt - a.row.requestedAt)[0];
  if (newest === undefined) return null;
  return { approval: newest.row.id, summary: newest.plan.summary, expiresAt: formatInstant(newest.row.expiresAt) };
};

const awaiting = ({ approval, summary, expiresAt }: PendingSeal, style: Style): string =>
  `${approval}, until ${style.when(expiresAt)}: ${summary}`;

export default query({
  name: 'policy show',
  summary: 'Show the limits of this account',
  audience: 'agent',
  input: z.object({}),
  output: policyOutput.extend({
    pendingSeal: z
      .object({ approval: z.string(), summary: z.string(), expiresAt: instant })
      .nullable()
      .describe('The newest version that awaits the signature of its approver'),
  }),
  failures: ['KEY_MISSING'],
  examples: [{ line: 'policy show', why: 'what may be spent' }],
  async run(context) {
    const { address } = context.keys.current(context.network);
    const { project } = context.preferences;
    const ledger = await context.ledger();
    const policy = inProject(await readPolicy(context, address), context);
    warnTasksAboveTotal(context, policy);
    const tightenedBy = project !== null && Object.keys(project.limits).length > 0 ? project.path : null;
    const standings = taskStandings(ledger, policy, context.clock.now());
    return { ...toPolicyOutput(policy, standings), tightenedBy, pendingSeal: pendingIn(ledger, context, address) };
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
        ...(policy.pendingSeal === null ? [] : [['awaits approval', awaiting(policy.pendingSeal, style)] as const]),
        ...(policy.funder === null ? [] : [['approves by funding', policy.funder] as const]),
        ...(policy.problem === null ? [] : [['nothing is spent', policy.problem] as const]),
        ...(policy.frozenSince === null ? [] : [['frozen since', policy.frozenSince] as const]),
      ]),
      ...(policy.tasks.length === 0 ? [] : [taskTable(policy.tasks, style), 'A task is what a caller says it is: budgets stop mistakes.']),
    ].join('\n'),
  next: () => [hint('what is spent and what runs', 'status')],
});
