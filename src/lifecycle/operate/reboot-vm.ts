import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { nodeLimits } from '../../domain/nodes/node-generation.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { armGuest, disarmGuest, needsArming } from '../timers/arm-guest.ts';
import { moveVm } from '../trail/move-vm.ts';
import { nodeFacts } from './node-facts.ts';
import { awaitSsh, type NodeOperated, operateVm } from './operate-vm.ts';
import { notDone, sendOperation } from './send-operation.ts';

/** A node answers once it has restarted or rebuilt the machine; SSH of the booting machine is looked for this long after the answer. */
const settleMs = 1_000;
const reinstallLimitMs = 300_000;

/** Restarts a running VM and waits for SSH. A VM whose row says `stopped` is refused, whatever its node says of it. */
export const rebootVm = (context: ChangeContext, id: string): Promise<NodeOperated> => again(context, id, 'reboot', null);

/**
 * Rebuilds the root disk from the image and waits for SSH. What was on the disk is lost, and the SSH host keys are new, so the pinned ones
 * are dropped. Uses the plan's approval up in the transaction that records the call.
 */
export const reinstallVm = (context: ChangeContext, plan: Plan<'vm reinstall'>): Promise<NodeOperated> =>
  again(context, plan.subject.id, 'reinstall', plan);

/** A reinstall loses the disk's contents, so it never runs without a person's approval. */
const useApproval = (context: ChangeContext, transaction: LedgerTransaction, plan: Plan<'vm reinstall'>, vm: VmRecord): void => {
  if (plan.approval === null) throw new Failure('APPROVAL_NEEDED', `Reinstalling ${vm.name} needs a person.`, { checks: plan.failing });
  consumeApproval(context, transaction, plan, { id: vm.operation, account: vm.account });
};

const again = (
  context: ChangeContext,
  id: string,
  operation: 'reboot' | 'reinstall',
  plan: Plan<'vm reinstall'> | null,
): Promise<NodeOperated> =>
  operateVm(
    context,
    id,
    operation,
    operation === 'reboot' ? ['healthy', 'unreachable'] : ['healthy', 'unreachable', 'stopped'],
    async (vm) => {
      const ledger = await context.ledger();
      const startedAt = context.clock.now();
      const deadline = deadlineOf(context);
      const node = await nodeFacts(context, vm);
      if (operation === 'reinstall') await disarmGuest(context, vm);
      const nodeAnswer = await sendOperation(context, vm, operation, {
        ...(operation === 'reinstall' ? { timeoutMs: reinstallLimitMs } : {}),
        alongside: (transaction) => plan !== null && useApproval(context, transaction, plan, vm),
      });
      if (operation === 'reinstall' && nodeAnswer !== 'refused' && nodeAnswer !== 'absent' && nodeAnswer !== 'unsupported') {
        await context.shell.forgetHostKeys(vm.id);
      }
      if (nodeAnswer !== 'done') throw await notDone(context, vm, operation, nodeAnswer, node);
      await context.clock.wait(settleMs, context.signal);
      const { view, endpoint } = await awaitSsh(context, vm, deadline);
      const readyMs = context.clock.now() - startedAt;
      const patch = { endpoint, ipv6: view.ipv6 };
      const up = await moveVm(context, 'operate.moved', vm, { to: 'healthy', outcome: 'healthy', patch, facts: { readyMs, operation } });
      if (needsArming(ledger, up)) await armGuest(context, up);
      const aboutNode = { nodeVersion: node.version, note: nodeLimits(operation, node.generation) };
      return { vm: up, changed: true, nodeAnswer, readySeconds: Math.round(readyMs / 100) / 10, ...aboutNode };
    },
  );
