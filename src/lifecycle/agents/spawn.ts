import { type AgentRecord, type AgentState, agentState } from '../../domain/agents/agent-record.ts';
import { type Invitation, invitationMs, type SafeAddress } from '../../domain/agents/invitation.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { SpawnReplay } from '../../domain/plan/kinds/spawn.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { provision } from '../create/provision.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { sliceOf } from '../policy/slice-in-force.ts';
import { inviteIn } from './invite.ts';
import { requiredAgent } from './required-agent.ts';

export interface Spawned {
  vm: VmRecord;
  child: string;
  /** Of the child, once this call has invited it. */
  state: AgentState;
  replayed: boolean;
  /** For who brings it into the VM; null where the child has joined once, or is out. */
  invitation: Invitation | null;
}

/** Tells whether the invitation that is open is the owner's own to hand out. It was made within the hour for which it is good. */
const isInvitedByOwner = (ledger: Pick<LedgerReader, 'effects'>, { name, account, invitedUntil }: AgentRecord): boolean => {
  const invited = ledger
    .effects({ account, point: 'agents.set', since: (invitedUntil ?? 0) - invitationMs })
    .find((each) => each.outcome === 'invited' && factsOf('agents.set', each).name === name);
  return invited !== undefined && invited.agent === null;
};

/**
 * Applies a plan: makes the VM, and invites its child, whose row is there since the VM's hold. Repeated it goes on with the same VM, and
 * invites anew a child that has never joined; an earlier invitation then counts no more. One that has joined once is invited anew by the
 * owner alone.
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
  const now = context.clock.now();
  return ledger.write('agents.set', (transaction) => {
    const row = requiredAgent(transaction, context, vm.account, name);
    const slice = sliceOf(transaction, policy, row);
    const state = agentState(row, slice, now);
    const isNew = state === 'uninvited' || (state === 'invited' && !isInvitedByOwner(transaction, row));
    // the token of a parent that was invited anew invites nobody more
    const isParentIn = transaction.agent(row.parent ?? '')?.token != null;
    const isAwaited = row.operation === vm.operation && row.joinedAt === null && isNew && isParentIn;
    if (!isAwaited) return { vm, child: name, state, replayed, invitation: null };
    return {
      vm,
      child: name,
      state: 'invited',
      replayed,
      invitation: inviteIn(context, transaction, { account: vm.account, name }, address),
    };
  });
};
