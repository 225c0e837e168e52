import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import type { TeardownReceipt, VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { grantOf } from '../operation/grant-of.ts';
import { signerAtHand } from '../operation/signer-for.ts';
import { auditVm } from '../trail/audit.ts';

const eraseLimitMs = 90_000;
const versionLimitMs = 2_000;

/** Asks the node to erase the VM, best effort, until the node has answered once: the FORGET has ended billing already. */
export const eraseAtNode = async (context: ChangeContext, vm: VmRecord, forgottenBy: string[]): Promise<VmRecord> => {
  const before = vm.receipt;
  if (before?.eraseRequested && before.nodeAnswer !== 'unreachable') return vm;
  // The FORGET has ended billing, so this can wait for the key, or for the node's own clean-up.
  const signer = await signerAtHand(context, vm.account);
  if (signer === null) return vm;
  context.progress.phase('erasing', { operation: vm.operation, vm: vm.id, name: vm.name });
  const startedAt = context.clock.now();
  const { nodes } = await context.cloud();
  const [nodeAnswer, version] = await Promise.all([
    context.effect('destroy.erase', () => nodes.eraseOnNode(vm.node, vm.id, signer, eraseLimitMs)),
    nodes.versionOf(vm.node, versionLimitMs),
  ]);
  const receipt: TeardownReceipt = {
    forgottenBy,
    eraseRequested: true,
    nodeAnswer,
    disk: nodeAnswer === 'erased' ? diskAfterErase(version) : 'unknown',
    forwardsRemoved: before?.forwardsRemoved ?? null,
    noLongerListed: null,
  };
  const ledger = await context.ledger();
  return ledger.write('destroy.erased', (transaction) => {
    const row = transaction.updateVm(vm.id, { receipt, updatedAt: context.clock.now() });
    auditVm(context, transaction, 'destroy.erased', row, { outcome: nodeAnswer, latencyMs: context.clock.now() - startedAt });
    return row;
  });
};

const leaveForwards = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  if (vm.receipt === null || vm.receipt.forwardsRemoved === false) return vm;
  const receipt = { ...vm.receipt, forwardsRemoved: false };
  const ledger = await context.ledger();
  return ledger.write('destroy.receipt', (transaction) => {
    const row = transaction.updateVm(vm.id, { receipt, updatedAt: context.clock.now() });
    auditVm(context, transaction, 'destroy.receipt', row, { outcome: 'forwards left' });
    return row;
  });
};

/**
 * Tells what became of the disk. Erase keeps the root disk on 1.x nodes and purges it on 2.x (protocol-crn.md §0.2); only the version that
 * the node itself reports can tell which.
 */
const diskAfterErase = (version: string | null): TeardownReceipt['disk'] => {
  const major = Number.parseInt(version ?? '', 10);
  if (Number.isNaN(major)) return 'unknown';
  return major >= 2 ? 'purged' : 'staysUntilOperatorCleans';
};

/** Tells whether the payer's port-forwarding aggregate has an entry of the VM; false where nobody says so. */
export const hasForwards = async (context: ChangeContext, { payer, id }: VmRecord): Promise<boolean> =>
  (await context.cloud()).accounts.hasForwards(payer, id).catch(() => false);

/**
 * Sets the VM's entry in its payer's port-forwarding aggregate to null. An entry that had to be left, for want of the key or of
 * the payer's grant, is noted in the receipt; gc tries again.
 */
export const removeForwards = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const cloud = await context.cloud();
  const [signer, channel] = await Promise.all([signerAtHand(context, vm.account), grantOf(context, vm).catch(passableFailure)]);
  // Without a grant the network takes no message for the payer: its settings keep the entry, which opens nothing any more.
  if (signer === null || channel instanceof Failure) return leaveForwards(context, vm);
  const message = await cloud.signing.forwardsRemoval({ owner: vm.payer, channel, id: vm.id, at: context.clock.now() }, signer);
  const ledger = await context.ledger();
  ledger.write('destroy.forwardsSigned', (transaction) => {
    transaction.insertSigned(vm.id, message);
    auditVm(context, transaction, 'destroy.forwardsSigned', vm, { outcome: 'signed' });
  });
  const startedAt = context.clock.now();
  const publication = await context.effect('destroy.forwards', () =>
    cloud.messages.publish(message, { timeoutMs: 30_000, signal: context.signal }),
  );
  return ledger.write('destroy.forwarded', (transaction) => {
    const receipt = { ...(transaction.vm(vm.id) ?? vm).receipt!, forwardsRemoved: publication.status === 'processed' };
    const row = transaction.updateVm(vm.id, { receipt, updatedAt: context.clock.now() });
    auditVm(context, transaction, 'destroy.forwarded', row, { outcome: publication.status, latencyMs: context.clock.now() - startedAt });
    return row;
  });
};
