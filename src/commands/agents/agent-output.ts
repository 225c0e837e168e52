import * as z from 'zod';
import { instant, money, vmId } from '../../contract/fields/fields.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usd, usdPerHour } from '../../domain/money/money.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { AgentStanding } from '../../lifecycle/agents/agent-standings.ts';

/** An agent as commands show it. */
export const agentOutput = z.object({
  name: z.string(),
  state: z
    .enum(['invited', 'joined', 'suspended', 'revoked', 'ended', 'uninvited'])
    .describe('ended: its time is over, or its VM or parent is out; uninvited: it never joined, and its invitation ran out'),
  parent: z.string().nullable().describe('Whose child it is; null: the owner let it in'),
  livesIn: vmId.nullable().describe('The VM of a child'),
  payer: z.string().nullable().describe('Whose credits it spends'),
  budgetUsd: money.nullable().describe('All that its VMs may cost since it was let in'),
  usedUsd: money.describe('Whole cost of its VMs, spent and held'),
  leftUsd: money.nullable(),
  todayUsd: money,
  usdPerHour: money,
  live: z.int().describe('VMs that live'),
  maxVms: z.int().nullable(),
  maxComputeUnits: z.int().nullable(),
  maxTtlSeconds: z.int().nullable(),
  maxDayUsd: money.nullable(),
  maxBurnUsdPerHour: money.nullable(),
  commands: z.array(z.string()).describe('That it may call beside the usual ones'),
  exec: z.boolean().describe('The safe runs vm exec for it, too; over its own SSH it may always'),
  terms: z.boolean().describe('Allow nodes whose terms must be accepted'),
  until: instant.nullable().describe('null: until it is revoked'),
  addedAt: instant,
  joinedAt: instant.nullable(),
});

export type AgentOutput = z.output<typeof agentOutput>;

const left = (budget: bigint, used: bigint): bigint => (budget > used ? budget - used : 0n);

const instantOf = (at: number | null): string | null => (at === null ? null : formatInstant(at));

export const toAgentOutput = ({
  row,
  state,
  slice,
  limits,
  livesIn,
  live,
  creditsPerSecond,
  spentToday,
  spent,
}: AgentStanding): AgentOutput => ({
  name: row.name,
  state,
  parent: row.parent,
  livesIn: livesIn === null ? null : shortId(livesIn),
  payer: slice?.payer ?? null,
  budgetUsd: limits === null ? null : usd(limits.maxTotalCredits),
  usedUsd: usd(spent),
  leftUsd: limits === null ? null : usd(left(limits.maxTotalCredits, spent)),
  todayUsd: usd(spentToday),
  usdPerHour: usdPerHour(new Exact(creditsPerSecond)),
  live,
  maxVms: limits?.maxVms ?? null,
  maxComputeUnits: limits?.maxComputeUnits ?? null,
  maxTtlSeconds: limits?.maxTtlSeconds ?? null,
  maxDayUsd: limits === null ? null : usd(limits.maxDayCredits),
  maxBurnUsdPerHour: limits === null ? null : usd(limits.maxBurnCreditsPerHour),
  commands: [...(slice?.commands ?? [])],
  exec: slice?.exec ?? false,
  terms: slice?.terms ?? false,
  until: instantOf((slice ?? row.slice)?.until ?? null),
  addedAt: formatInstant(row.addedAt),
  joinedAt: instantOf(row.joinedAt),
});
