import { type AgentRecord, type AgentState, agentState } from '../../domain/agents/agent-record.ts';
import { limitsOfSlice, type Slice } from '../../domain/agents/slice.ts';
import { callersPart } from '../../domain/burn/callers-part.ts';
import { countersOf } from '../../domain/burn/counters.ts';
import { unaskedFigures } from '../../domain/burn/exposure.ts';
import type { Limits } from '../../domain/limits/limits.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';
import { familyOf, inhabitable, sliceOf } from '../policy/slice-in-force.ts';

/** An agent, its slice and what is used of it by the ledger, in credits. */
export interface AgentStanding {
  row: AgentRecord;
  state: AgentState;
  /** null: the policy has none for it. */
  slice: Slice | null;
  limits: Limits | null;
  /** The id of the VM in which a child lives; null where it is nobody's child, or that VM is gone. */
  livesIn: string | null;
  live: number;
  creditsPerSecond: string;
  spentToday: bigint;
  /** Since it was let in; its children's included. */
  spent: bigint;
}

/** Returns what tells of one agent of an account what it has used, by the ledger alone, so that it works offline. */
export const standingIn = (ledger: LedgerReader, policy: PolicyInForce, now: number): ((row: AgentRecord) => AgentStanding) => {
  const rows = ledger.costs({ network: policy.network, account: policy.account });
  return (row) => {
    const slice = sliceOf(ledger, policy, row);
    const part = callersPart(familyOf(ledger, policy, row.name), rows, unaskedFigures);
    const counters = countersOf(part.rows, part.figures, slice?.since ?? row.addedAt, now);
    return {
      row,
      state: agentState(row, slice, now),
      slice,
      limits: slice === null ? null : limitsOfSlice(policy.limits, slice),
      livesIn: row.operation === null ? null : (ledger.vms({ operation: row.operation, states: inhabitable })[0]?.id ?? null),
      live: counters.live,
      creditsPerSecond: counters.perSecond.toFixed(),
      spentToday: counters.spentToday,
      spent: counters.spentSinceAuthorised,
    };
  };
};

/** The agents of an account, each before its children. */
export const agentStandings = (ledger: LedgerReader, policy: PolicyInForce, now: number): AgentStanding[] => {
  const agents = ledger.agents({ network: policy.network, account: policy.account });
  const heads = agents.filter(({ parent }) => parent === null);
  const families = heads.flatMap((row) => [row, ...agents.filter(({ parent }) => parent === row.name)]);
  // a child that an edit has put under nobody is shown, too
  return [...new Set([...families, ...agents])].map(standingIn(ledger, policy, now));
};
