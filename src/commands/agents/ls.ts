import { hint } from '../../contract/declare/hint.ts';
import { list } from '../../contract/outputs/list.ts';
import { agentOutput, toAgentOutput } from './agent-output.ts';
import { standings } from './standing-of.ts';

export default list({
  name: 'agents ls',
  summary: 'List the agents of a safe and what is left of each slice',
  audience: 'owner',
  whole: true,
  item: agentOutput,
  brief: ['name', 'state', 'budgetUsd', 'leftUsd', 'usdPerHour', 'live', 'until'],
  failures: ['KEY_MISSING'],
  examples: [{ line: 'agents ls', why: 'who may spend, and how much is left' }],
  run: async (context, _input, page) => page((await standings(context)).map(toAgentOutput), ({ name }) => name),
  columns: [
    ['AGENT', ({ name, parent }) => (parent === null ? name : `  ${name}`)],
    ['STATE', 'state'],
    ['BUDGET', ({ budgetUsd }) => budgetUsd ?? '-'],
    ['LEFT', ({ leftUsd }) => leftUsd ?? '-'],
    ['USD/h', 'usdPerHour'],
    ['VMS', ({ live, maxVms }) => (maxVms === null ? String(live) : `${live} of ${maxVms}`)],
    ['UNTIL', ({ until }, style) => (until === null ? 'no end' : style.when(until))],
  ],
  none: 'No agent is let in.',
  next: ({ items }) =>
    items[0] === undefined
      ? [hint('let one in', 'agents add', 'ci', { budget: '1' })]
      : [hint('all of its slice', 'agents show', items[0].name)],
});
