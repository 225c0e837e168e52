import type { Invitation, SafeAddress } from '../../domain/agents/invitation.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { SpawnReplay } from '../../domain/plan/kinds/spawn.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { provision } from '../create/provision.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { sliceInForce } from '../policy/slice-in-force.ts';
import { inviteIn } from './invite.ts';

export interface Spawned {
  vm: VmRecord;
  child: string;
  replayed: boolean;
  /** For who brings it into the VM; null where the child has joined, or is out. */
  invitation: Invitation | null;
}

/**
 * Applies a plan: makes the VM, and invites its child, whose row is there since the VM's hold. Repeated it goes on with the same VM, and invites anew a child
 * that has not joined; an earlier invitation then counts no more.
 */
export const spawn = async (
  context: ChangeContext,
  plan: Plan<'vm spawn'> | FreePlan<SpawnReplay>,
  wait: boolean,
  address: SafeAddress,
): Promise<Spawned> => {
  const { name } = plan.subject.child;
  const { vm, replayed } = await provision(context, plan, wait);
  const policy = await readPolicy(context, vm.account);
  const ledger = await context.ledger();
  const invitation = ledger.write('agents.set', (transaction) => {
    const row = transaction.agent(name);
    if (row === null || row.token !== null || sliceInForce(transaction, policy, name) === null) return null;
    return inviteIn(context, transaction, { account: vm.account, name }, address);
  });
  return { vm, child: name, replayed, invitation };
};
