import { Failure } from '../../domain/failure/failure.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { auditAccount } from '../trail/audit.ts';
import type { Signed } from './sign-attempt.ts';

/** A name is one agent for ever: VMs, approvals and trail name who it was. */
export const requireNewName = (ledger: Pick<LedgerTransaction, 'agent'>, name: string): void => {
  if (ledger.agent(name) === null) return;
  throw new Failure('NAME_TAKEN', `There is, or was, an agent ${name}: a name is one agent for ever. Nothing was sent.`, {
    sideEffects: 'none',
    fix: agent('Take another name for the VM; the child is called after it.'),
    facts: { name },
  });
};

/**
 * Writes the child down that is to live in the VM, in the transaction that takes the VM's hold: there is no such VM without the row of its child, and no
 * child without its VM. It is let in by nothing yet, ends with the VM, and no such row comes about without a person's word, however cheap the VM.
 */
export const insertChild = (
  context: Pick<ChangeContext, 'clock' | 'caller' | 'network'>,
  transaction: LedgerTransaction,
  { subject, approval }: Plan<'vm spawn'>,
  { vm, operation }: { vm: Signed['vm']; operation: { id: string } },
): void => {
  const { name, parent, limits } = subject.child;
  if (approval === null || context.caller.agent !== parent) {
    throw new Failure('APPROVAL_NEEDED', `A person decides whether agent ${parent} gets a child. Nothing was sent.`, {
      sideEffects: 'none',
    });
  }
  requireNewName(transaction, name);
  const now = context.clock.now();
  const slice = { limits, payer: vm.payer, since: now, until: vm.expiresAt, commands: [], exec: false, terms: false };
  const none = { invitation: null, invitedUntil: null, token: null, joinedAt: null, suspendedAt: null, revokedAt: null };
  const row = { name, network: vm.network, account: vm.account, addedAt: now, ...none, parent, slice, operation: operation.id };
  transaction.putAgent(row);
  auditAccount(context, transaction, { point: 'agents.set', account: vm.account, outcome: 'spawned', facts: { name, parent } });
};
