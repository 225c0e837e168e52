import type { AgentRecord } from '../../domain/agents/agent-record.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { isName } from '../../domain/text/names.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader, LedgerTransaction } from '../../ports/ledger.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';
import { auditAccount } from '../trail/audit.ts';

type Rows = Pick<LedgerReader, 'agent' | 'vms' | 'operation'>;

/** A child that never was: its VM was not made, and it made none. */
const neverWas = (ledger: Rows, row: AgentRecord, byParent: string): boolean => {
  const { name, network, account, parent, joinedAt, suspendedAt, revokedAt, operation } = row;
  return (
    parent === byParent &&
    [joinedAt, suspendedAt, revokedAt].every((at) => at === null) &&
    operation !== null &&
    ledger.operation(operation)?.state === 'failed' &&
    ledger.vms({ operation, states: liveStates }).length === 0 &&
    ledger.vms({ network, account, agent: name }).length === 0
  );
};

/**
 * Throws unless a child may be called so. `NAME_TAKEN`: a name is one agent for ever, because VMs, approvals and trail name who it was. `USAGE`:
 * the names of the parent and of the VM make none together.
 */
export const requireChildsName = (
  ledger: Rows,
  { agents }: Pick<PolicyInForce, 'agents'>,
  { name, parent }: { name: string; parent: string },
): void => {
  if (!isName(name)) {
    throw new Failure('USAGE', `The child would be called "${name}", which is longer than 40 characters.`, {
      sideEffects: 'none',
      fix: agent('Give the VM a shorter name: with that of its agent it may have 39 characters.'),
      facts: { name, parent },
    });
  }
  const before = ledger.agent(name);
  const isFree = before === null ? !Object.hasOwn(agents, name) : neverWas(ledger, before, parent);
  if (isFree) return;
  throw new Failure('NAME_TAKEN', `There is, or was, an agent ${name}: a name is one agent for ever. Nothing was sent.`, {
    sideEffects: 'none',
    fix: agent('Take another name for the VM; the child is called after it.'),
    facts: { name },
  });
};

/**
 * Writes the child down that is to live in the VM, in the transaction that takes the VM's hold: there is no such VM without the row of its
 * child, and no child without its VM. It is let in by nothing yet, ends with the VM, and no such row comes about without a person's word,
 * however cheap the VM.
 */
export const insertChild = (
  context: Pick<ChangeContext, 'clock' | 'caller' | 'network'>,
  transaction: LedgerTransaction,
  policy: PolicyInForce,
  { subject, approval }: Plan<'vm spawn'>,
  { vm, operation }: { vm: VmRecord; operation: { id: string } },
): void => {
  const { name, parent, limits } = subject.child;
  if (approval === null || context.caller.agent !== parent) {
    throw new Failure('APPROVAL_NEEDED', `A person decides whether agent ${parent} gets a child. Nothing was sent.`, {
      sideEffects: 'none',
    });
  }
  requireChildsName(transaction, policy, subject.child);
  const now = context.clock.now();
  const slice = { limits, payer: vm.payer, since: now, until: vm.expiresAt, commands: [], exec: false, terms: false };
  const none = { invitation: null, invitedUntil: null, token: null, joinedAt: null, suspendedAt: null, revokedAt: null };
  const row = { name, network: vm.network, account: vm.account, addedAt: now, ...none, parent, slice, operation: operation.id };
  transaction.putAgent(row);
  auditAccount(context, transaction, {
    point: 'agents.set',
    account: vm.account,
    outcome: 'spawned',
    facts: { name, parent, vm: vm.id, operation: operation.id, limits },
  });
};
