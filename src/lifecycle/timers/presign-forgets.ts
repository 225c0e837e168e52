import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Signer } from '../../ports/keys/keys.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { SignedMessage } from '../../ports/network/messages.ts';
import { signerFor } from '../operation/signer-for.ts';
import { auditVm } from '../trail/audit.ts';

/** The network takes each message once and drops a repeated one, so whoever ends a VM without a key needs more than one. */
const inAdvance = 3;

/** FORGETs for exactly this VM, for the ledger. None is sent: the network takes them at any later time, and from anybody. */
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

/** Those in the ledger; signed now, with the key, for a VM that has none: adopted, or made by an older version. */
export const presigned = async (context: ChangeContext, vm: VmRecord): Promise<SignedMessage[]> => {
  const ledger = await context.ledger();
  const known = forgetsOf(ledger, vm.id);
  if (known.length > 0) return known;
  const messages = await signForgets(context, vm, await signerFor(context, vm.account));
  return ledger.write('enforcer.presigned', (transaction) => {
    // Somebody else was quicker: as many are enough.
    const theirs = forgetsOf(transaction, vm.id);
    if (theirs.length > 0) return theirs;
    for (const message of messages) transaction.insertSigned(vm.id, message);
    auditVm(context, transaction, 'enforcer.presigned', vm, { outcome: 'signed', facts: { messages: messages.length } });
    return messages;
  });
};
