import { type AgentRecord, isLetIn } from '../../domain/agents/agent-record.ts';
import { type Slice, sliceOfChild } from '../../domain/agents/slice.ts';
import type { AgentCase, JudgedAgent } from '../../domain/judge/slice-checks.ts';
import { liveStates, type VmState } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { PolicyInForce } from './policy-in-force.ts';

type Rows = Pick<LedgerReader, 'agent' | 'agents' | 'vms'>;

/** What is asked of rows to know what an agent may do. */
interface AgentRows {
  agent(name: string): AgentRecord | null;
  vms(filter: { operation: string; states: readonly VmState[] }): readonly unknown[];
}

/** The states of a VM in which a child may live there: one that is being ended is no home, nor one that had ended and came alive. */
export const inhabitable: readonly VmState[] = liveStates.filter((state) => state !== 'stopping');

/** Tells whether the VM that this operation made is there for its child to live in. */
export const isInhabited = (ledger: Pick<AgentRows, 'vms'>, operation: string | null): boolean =>
  operation !== null && ledger.vms({ operation, states: inhabitable }).length > 0;

const isOf = (row: AgentRecord, { account, network }: PolicyInForce): boolean => row.account === account && row.network === network;

/**
 * Returns what an agent may do, were it let in: by the policy, or a child by its row and no more than its parent. null where the policy
 * knows no such agent; where a child's parent is out, or is a child itself, or the VM that the child lives in has ended or is being ended;
 * where the row is of another account.
 */
export const sliceOf = (ledger: AgentRows, policy: PolicyInForce, row: AgentRecord): Slice | null => {
  if (!isOf(row, policy)) return null;
  if (row.parent === null) return Object.hasOwn(policy.agents, row.name) ? policy.agents[row.name]! : null;
  const { slice, operation } = row;
  const parent = ledger.agent(row.parent);
  if (parent === null || parent.parent !== null || slice === null || !isLetIn(parent)) return null;
  if (!isInhabited(ledger, operation)) return null;
  const above = sliceOf(ledger, policy, parent);
  return above === null ? null : sliceOfChild(slice, above);
};

/** Returns what an agent of this account may do; null where `sliceOf` is, or the owner suspended or revoked it. */
export const sliceInForce = (ledger: Rows, policy: PolicyInForce, name: string): Slice | null => {
  const row = ledger.agent(name);
  return row !== null && isLetIn(row) ? sliceOf(ledger, policy, row) : null;
};

/** The names of an agent and its children, whose VMs count against its slice. */
export const familyOf = (ledger: Rows, { account, network }: Pick<PolicyInForce, 'account' | 'network'>, name: string): string[] => [
  name,
  ...ledger.agents({ network, account, parent: name }).map((child) => child.name),
];

/** The agent that calls, with its slice, as spending is judged, and its parent's; null for the owner. */
export const agentCase = (ledger: Rows, policy: PolicyInForce, name: string | null): AgentCase | null => {
  if (name === null) return null;
  const judged = (agent: string): JudgedAgent => ({
    name: agent,
    slice: sliceInForce(ledger, policy, agent),
    family: familyOf(ledger, policy, agent),
  });
  const parent = ledger.agent(name)?.parent ?? null;
  return { ...judged(name), above: parent === null ? null : judged(parent) };
};

/**
 * Tells whether what was held may still be sent, and another node tried: the account is not frozen since, nor the agent whose VM it is put
 * out, nor its time over.
 */
export const maySend = (ledger: Rows, policy: PolicyInForce, agent: string | null, now: number): boolean => {
  if (policy.frozenSince !== null) return false;
  if (agent === null) return true;
  const slice = sliceInForce(ledger, policy, agent);
  return slice !== null && (slice.until === null || now < slice.until);
};
