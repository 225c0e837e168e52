import { limitsOfSlice, type Slice } from '../agents/slice.ts';
import { callersPart } from '../burn/callers-part.ts';
import { type Counters, countersOf } from '../burn/counters.ts';
import type { AccountFigures, AccountRows } from '../burn/exposure.ts';
import { type JudgedCheck, judged } from '../limits/judged-check.ts';
import type { Limits } from '../limits/limits.ts';
import { formatInstant } from '../text/instant.ts';
import { sizeChecks, spendChecks, type VmOrder } from './limit-checks.ts';
import { waitChecks } from './wait-checks.ts';

/** An agent, with what it may do. */
export interface JudgedAgent {
  name: string;
  /** null: the policy has no such agent, or the owner revoked or suspended it. */
  slice: Slice | null;
  /** Its own name and its children's: what they cost counts together. */
  family: readonly string[];
}

/** An agent that calls. */
export interface AgentCase extends JudgedAgent {
  /** Its parent, by whose slice a child is judged as well; null: it is nobody's child. */
  above: JudgedAgent | null;
}

/** What the checks of one caller count. */
export interface CallersCounters {
  limits: Limits;
  counters: Counters;
}

/**
 * Returns by what a caller is judged: an agent by its slice, over its own VMs from the day it was let in; the owner by the policy, over the
 * owner's own. `counters`: those of all callers together. Creations a minute count so for the owner too, and for an agent with its children
 * together; what failed pauses whoever called, and nobody else.
 */
export const callersCounters = (
  agent: JudgedAgent | null,
  { limits, authorisedAt }: { limits: Limits; authorisedAt: number },
  { rows, figures, now, counters }: { rows: AccountRows; figures: AccountFigures; now: number; counters: Counters },
): CallersCounters => {
  const part = callersPart(agent?.family ?? null, rows, figures);
  const slice = agent?.slice ?? null;
  if (slice === null && part.rows === rows) return { limits, counters };
  const since = slice?.since ?? authorisedAt;
  const together = countersOf(part.rows, part.figures, since, now);
  const alone = agent === null || agent.family.length === 1 ? null : callersPart([agent.name], rows, figures);
  return {
    limits: slice === null ? limits : limitsOfSlice(limits, slice),
    counters: alone === null ? together : { ...together, breaker: countersOf(alone.rows, alone.figures, since, now).breaker },
  };
};

/** Checks that the caller, where it is an agent, is let in still, and at whose cost. Empty for the owner. */
export const agentChecks = (agent: JudgedAgent | null, { payer }: Pick<AccountFigures, 'payer'>, now: number): JudgedCheck[] => {
  if (agent === null) return [];
  const { name, slice } = agent;
  if (slice === null) return [judged('AGENT_REFUSED', false, 'not let in', 'let in', `Agent ${name} is not let in, or no longer.`)];
  if (slice.payer.toLowerCase() !== payer.toLowerCase())
    return [judged('AGENT_REFUSED', false, payer, slice.payer, `Agent ${name} spends the credits of ${slice.payer} alone.`)];
  const until = slice.until ?? Number.POSITIVE_INFINITY;
  const words = slice.until === null ? 'without an end' : `until ${formatInstant(slice.until)}`;
  return [
    judged(
      'AGENT_REFUSED',
      now < until,
      formatInstant(now),
      slice.until === null ? 'none' : formatInstant(until),
      `Agent ${name} is let in ${words}.`,
    ),
  ];
};

/** What a child orders, with what is counted of all callers. */
interface ChildsOrder {
  order: VmOrder;
  /** What it costs that the counters do not have yet, credits. */
  most: bigint;
  /** Places that the VM takes already: 1 where it is extended, else 0. */
  placed: number;
  policy: { limits: Limits; authorisedAt: number };
  rows: AccountRows;
  figures: AccountFigures;
  now: number;
  counters: Counters;
}

/** What a child meets beside its own slice: its parent's, over all that parent and children have. Empty for whoever is nobody's child. */
export const parentChecks = (agent: AgentCase, { order, most, placed, policy, ...around }: ChildsOrder): JudgedCheck[] => {
  const { above } = agent;
  if (above === null) return [];
  const { limits, counters } = callersCounters(above, policy, around);
  return [
    ...agentChecks(above, around.figures, around.now),
    ...sizeChecks(order, limits, counters.live - placed),
    ...spendChecks(order, limits, counters, most),
    // a family makes no more a minute than its parent alone may
    ...(placed === 0 ? waitChecks(counters, limits, around.now).filter(({ code }) => code === 'RATE_LIMITED') : []),
  ];
};

/** Checks that a child's VM ends no later than the child itself. `endsAt`: ms. Empty for whoever is nobody's child. */
export const childsEndChecks = ({ above, slice }: AgentCase, endsAt: number): JudgedCheck[] => {
  if (above === null) return [];
  const until = slice?.until ?? 0;
  const words = `The VM would end at ${formatInstant(endsAt)}, and you at ${formatInstant(until)}.`;
  return [judged('TTL_TOO_LONG', endsAt <= until, formatInstant(endsAt), formatInstant(until), words)];
};

/**
 * Makes one check of all that the account's own limits say to an agent. It gives no figure: what others spend is none of the agent's. Where
 * waiting mends all that fails it says how long.
 */
export const ownerCheck = (checks: readonly JudgedCheck[]): JudgedCheck => {
  const failing = checks.filter(({ ok }) => !ok);
  const waits = failing.map(({ retryAfterSeconds }) => retryAfterSeconds);
  const says = 'The limits of the account, which others use as well,';
  const check =
    failing.length === 0
      ? judged('OWNER_LIMIT', true, 'room', 'room', `${says} leave room.`)
      : judged('OWNER_LIMIT', false, 'no room', 'room', `${says} leave no room for this.`);
  const mended = waits.length > 0 && waits.every((seconds) => seconds !== undefined);
  return mended ? { ...check, retryAfterSeconds: Math.max(...(waits as number[])) } : check;
};

/** The account's limits on what all callers together begin: ten times what one may, and no pause for one failure of somebody else. */
export const forAll = (limits: Limits): Limits => ({
  ...limits,
  creationsPerMinute: limits.creationsPerMinute * 10,
  breakerFailures: limits.breakerFailures * 10,
  coolDownSeconds: 0,
});
