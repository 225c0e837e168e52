import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { agentOutput, toAgentOutput } from './agent-output.ts';
import { agentName } from './slice-fields.ts';
import { standingOf } from './standing-of.ts';

export default query({
  name: 'agents show',
  summary: 'Show one agent: its slice, what it used, what it may call',
  audience: 'owner',
  input: z.object({ name: agentName }),
  positionals: ['name'],
  output: agentOutput,
  failures: ['KEY_MISSING', 'AGENT_NOT_FOUND'],
  examples: [{ line: 'agents show ci', why: 'how much is left for it' }],
  run: async (context, { name }) => toAgentOutput(await standingOf(context, name)),
  text: (agent, style) =>
    style.facts([
      ['agent', agent.name],
      ['state', agent.state],
      ['child of', agent.parent === null ? '' : `${agent.parent}, in ${agent.livesIn ?? 'a VM that is gone'}`],
      ['in all', agent.budgetUsd === null ? 'nothing' : `${agent.leftUsd} of ${agent.budgetUsd} USD left`],
      ['per day', agent.maxDayUsd === null ? '' : `${agent.todayUsd} of ${agent.maxDayUsd} USD used today`],
      ['burn', agent.maxBurnUsdPerHour === null ? '' : `${agent.usdPerHour} of at most ${agent.maxBurnUsdPerHour} USD/h`],
      [
        'VMs',
        agent.maxVms === null ? `${agent.live}` : `${agent.live} of ${agent.maxVms}, of at most ${agent.maxComputeUnits} compute units`,
      ],
      ['lifetime', agent.maxTtlSeconds === null ? '' : `at most ${formatDuration(agent.maxTtlSeconds)}`],
      ['pays', agent.payer ?? 'nobody'],
      [
        'may also',
        [...agent.commands, ...(agent.exec ? ['vm exec by the safe'] : []), ...(agent.terms ? ['nodes with terms'] : [])].join(', '),
      ],
      ['until', agent.until ?? 'it is revoked'],
      ['joined', agent.joinedAt ?? 'not yet'],
    ]),
  next: ({ name }) => [hint('what it did', 'ledger ls'), hint('put it out', 'agents revoke', name)],
});
