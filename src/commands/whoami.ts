import * as z from 'zod';
import { query } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { standingIn } from '../lifecycle/agents/agent-standings.ts';
import { accountInUse } from '../lifecycle/operation/account-in-use.ts';
import { readPolicy } from '../lifecycle/policy/policy-in-force.ts';
import { agentOutput, toAgentOutput } from './agents/agent-output.ts';

export default query({
  name: 'whoami',
  summary: 'Show who calls: an agent of a safe, with what is left of its slice, or the owner',
  audience: 'agent',
  input: z.object({}),
  output: z.object({
    agent: z.string().nullable().describe('null: the owner'),
    network: z.string(),
    account: z.string().nullable(),
    slice: agentOutput.nullable(),
  }),
  failures: [],
  examples: [{ line: 'whoami', why: 'what you may spend here' }],
  async run(context) {
    const account = accountInUse(context);
    const { agent } = context.caller;
    if (agent === null || account === null) return { agent, network: context.network, account, slice: null };
    const ledger = await context.ledger();
    const row = ledger.agent(agent);
    const standing = standingIn(ledger, await readPolicy(context, account), context.clock.now());
    return { agent, network: context.network, account, slice: row === null ? null : toAgentOutput(standing(row)) };
  },
  text: ({ agent, network, account, slice }, style) =>
    style.facts([
      ['you are', agent === null ? 'the owner' : `agent ${agent}`],
      ['network', network],
      ['account', account ?? 'none'],
      ...(slice === null
        ? []
        : ([
            ['left', `${slice.leftUsd} of ${slice.budgetUsd} USD`],
            ['today', `${slice.todayUsd} of ${slice.maxDayUsd} USD`],
            ['burn', `${slice.usdPerHour} of ${slice.maxBurnUsdPerHour} USD/h`],
            ['VMs', `${slice.live} of ${slice.maxVms}, each of at most ${slice.maxComputeUnits} compute units`],
            ['lifetime', slice.maxTtlSeconds === null ? 'by policy' : `at most ${formatDuration(slice.maxTtlSeconds)}`],
            ['also', slice.commands.length === 0 ? 'nothing beside the usual commands' : slice.commands.join(', ')],
            ['until', slice.until ?? 'it is revoked'],
          ] as const)),
    ]),
  next: ({ agent }) => [agent === null ? hint('at a glance', 'status') : hint('plan a VM', 'vm create', { dryRun: true })],
});
