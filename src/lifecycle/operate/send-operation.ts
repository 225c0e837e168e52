import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { nodeLimits } from '../../domain/nodes/node-generation.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import type { NodeOperation, OperationAnswer } from '../../ports/network/nodes.ts';
import { confirmIdentity } from '../end/tear-down.ts';
import { signerFor } from '../operation/signer-for.ts';
import { auditVm } from '../trail/audit.ts';
import { type NodeFacts, nodeFacts } from './node-facts.ts';

/** How long a node may take to answer an `operate` call, ms (protocol-crn.md §2.8: QEMU is killed after 60 s). */
const answerLimitMs = 90_000;

/**
 * Sends one signed call to the VM's node, with an audit row before it leaves and another after its answer; `alongside` writes in the first
 * one's transaction. Call it under the VM's lease. `NOT_OURS` where the network says that the VM is a stranger's.
 */
export const sendOperation = async (
  context: ChangeContext,
  vm: VmRecord,
  operation: NodeOperation,
  options: { timeoutMs?: number; alongside?: (transaction: LedgerTransaction) => void } = {},
): Promise<OperationAnswer> => {
  const ledger = await context.ledger();
  const signer = await signerFor(context, vm.account);
  await confirmIdentity(context, vm);
  const startedAt = context.clock.now();
  ledger.write('operate.begin', (transaction) => {
    options.alongside?.(transaction);
    auditVm(context, transaction, 'operate.begin', vm, { outcome: operation, facts: { node: shortId(vm.node.hash) } });
  });
  const answer = await context.effect('operate.send', async () =>
    (await context.cloud()).nodes.operateOnNode(vm.node, vm.id, operation, signer, options.timeoutMs ?? answerLimitMs),
  );
  ledger.write('operate.answered', (transaction) =>
    auditVm(context, transaction, 'operate.answered', vm, {
      outcome: answer,
      latencyMs: context.clock.now() - startedAt,
      facts: { operation },
    }),
  );
  return answer;
};

/** Returns the failure of a call that the node did not do, with what nodes of this generation cannot do. */
export const notDone = async (
  context: ChangeContext,
  vm: VmRecord,
  operation: NodeOperation,
  answer: OperationAnswer,
  known?: NodeFacts,
): Promise<Failure> => {
  const node = known ?? (await nodeFacts(context, vm));
  const crn = `Node ${shortId(vm.node.hash)}`;
  const limits = nodeLimits(operation, node.generation);
  const facts = { id: shortId(vm.id), name: vm.name, state: vm.state, nodeAnswer: answer, nodeVersion: node.version };
  switch (answer) {
    case 'unreachable':
      return new Failure('NODE_UNAVAILABLE', `${crn} did not answer; the ${operation} may have been done all the same.`, {
        sideEffects: 'unknown',
        fix: agent('See how the VM is, then try again.', 'vm show', vm.name),
        facts,
      });
    case 'notRunning':
    case 'absent':
      return new Failure('VM_NOT_READY', `VM ${vm.name} does not run on its node. ${limits}`, {
        sideEffects: 'none',
        fix: agent('Start it.', 'vm start', vm.name),
        facts,
      });
    case 'failed':
      return new Failure('NODE_REFUSED', `${crn} tried to ${operation} VM ${vm.name} and failed. ${limits}`, {
        sideEffects: 'unknown',
        fix: agent('See how the VM is.', 'vm show', vm.name),
        facts,
      });
    default:
      return new Failure('NODE_REFUSED', `${crn} refused to ${operation} VM ${vm.name} (${answer}). ${limits}`, {
        sideEffects: 'none',
        fix: agent('See how the VM is; it may be replaced by another.', 'vm show', vm.name),
        facts,
      });
  }
};
