import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Signer } from '../../ports/keys/keys.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { SignedMessage } from '../../ports/network/messages.ts';
import { signerFor } from '../operation/signer-for.ts';
import { auditVm } from '../trail/audit.ts';

/**
 * How many FORGETs are signed in advance. The network drops a repeated message, so an enforcer without the key needs several to try again.
 */
const inAdvance = 3;

/**
 * Signs FORGETs that name exactly this VM, for the ledger to keep. None is sent: the network takes them at any later time, from anybody who
 * posts them.
 */
export const signForgets = async (context: ChangeContext, vm: Pick<VmRecord, 'id' | 'payer'>, signer: Signer): Promise<SignedMessage[]> => {
  const cloud = await context.cloud();
  const at = context.clock.now();
  const messages: SignedMessage[] = [];
  for (let part = 0; part < inAdvance; part++) {
    messages.push(await cloud.signing.forget({ owner: vm.payer, ids: [vm.id], reason: 'aleph-agent', at: at + part }, signer));
  }
  return messages;
};

export const forgetsOf = (ledger: Pick<LedgerReader, 'signedFor'>, vm: string): SignedMessage[] =>
  ledger.signedFor(vm).filter(({ kind }) => kind === 'FORGET');

/**
 * Returns the VM's FORGETs in the ledger. Signs them now, with the account's key, for a VM that has none: an adopted one, or one that an
 * older version made.
 */
export const presigned = async (context: ChangeContext, vm: VmRecord): Promise<SignedMessage[]> => {
  const ledger = await context.ledger();
  const known = forgetsOf(ledger, vm.id);
  if (known.length > 0) return known;
  const messages = await signForgets(context, vm, await signerFor(context, vm.account));
  return ledger.write('enforcer.presigned', (transaction) => {
    // Another process stored its FORGETs meanwhile; those are enough.
    const theirs = forgetsOf(transaction, vm.id);
    if (theirs.length > 0) return theirs;
    for (const message of messages) transaction.insertSigned(vm.id, message);
    auditVm(context, transaction, 'enforcer.presigned', vm, { outcome: 'signed', facts: { messages: messages.length } });
    return messages;
  });
};
