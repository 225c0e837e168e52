import type { EnforcerRecord } from '../../domain/ending/enforcer.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { NodeRef, VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver } from '../../domain/money/money.ts';
import type { ProvisionSubject } from '../../domain/plan/kinds/provision.ts';
import { randomLabel } from '../../domain/text/names.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import type { SignedMessage } from '../../ports/network/messages.ts';
import { signerFor } from '../operation/signer-for.ts';
import { signForgets } from '../timers/presign-forgets.ts';

/** What the ledger takes in one transaction, before any byte leaves. */
export interface Signed {
  vm: VmRecord;
  message: SignedMessage;
  channel: string | null;
  /** FORGETs signed while the key is unlocked, so that the VM can be ended later without the key. */
  forgets: SignedMessage[];
  /** The row of the timer that the guest is to get; null: none. */
  guest: EnforcerRecord | null;
}

export const insertAttempt = (transaction: LedgerTransaction, { vm, message, forgets, guest }: Signed): void => {
  transaction.insertVm(vm);
  for (const signed of [message, ...forgets]) transaction.insertSigned(vm.id, signed);
  if (guest !== null) transaction.putEnforcer(guest);
};

const guestWish = ({ guestTimer }: ProvisionSubject, { id, network }: VmRecord): EnforcerRecord | null =>
  guestTimer === true
    ? {
        network,
        subject: id,
        kind: 'guest',
        state: 'wanted',
        expiresAt: null,
        limitAt: null,
        digest: null,
        problem: null,
        verifiedAt: null,
      }
    : null;

interface Attempt {
  subject: ProvisionSubject;
  operation: Pick<OperationRecord, 'id' | 'agent' | 'startedAt'>;
  node: NodeRef;
  attempt: number;
  /** The channel of the payer's grant; null where the account pays itself. */
  channel: string | null;
}

/**
 * Builds and signs the INSTANCE of one attempt and its FORGETs, and makes the row that must be committed before the bytes leave. The expiry
 * counts from the operation's start, not the attempt's.
 */
export const signAttempt = async (context: ChangeContext, { subject, operation, node, attempt, channel }: Attempt): Promise<Signed> => {
  const signer = await signerFor(context, subject.account);
  const at = context.clock.now();
  const label = randomLabel(context.random.bytes(10));
  const expiresAt = operation.startedAt + subject.ttlSeconds * 1000;
  const cloud = await context.cloud();
  const message = await cloud.signing.create(
    {
      owner: subject.payer,
      channel,
      label,
      spec: subject.spec,
      node,
      gpus: subject.gpus?.[node.hash],
      sshKeys: subject.sshKeys,
      acceptedTerms: subject.acceptedTerms?.[node.hash],
      expiresAt,
      at,
    },
    signer,
  );
  context.progress.phase('signed', { operation: operation.id, vm: message.id, name: subject.name });
  const vm: VmRecord = {
    id: message.id,
    name: subject.name,
    label,
    network: context.network,
    account: subject.account,
    payer: subject.payer,
    agent: operation.agent,
    task: subject.task,
    operation: operation.id,
    attempt,
    state: 'requested',
    spec: subject.spec,
    node,
    ttlSeconds: subject.ttlSeconds,
    signedAt: at,
    expiresAt,
    processedAt: null,
    healthyAt: null,
    stoppingAt: null,
    terminatedAt: null,
    notifiedAt: null,
    rate: subject.rate,
    hold: creditsOver(new Exact(subject.rate), subject.ttlSeconds),
    endpoint: null,
    ipv6: null,
    ending: null,
    protected: false,
    receipt: null,
    settled: false,
    billed: 0n,
    billedAt: null,
    updatedAt: at,
  };
  return { vm, channel, message, forgets: await signForgets(context, vm, signer), guest: guestWish(subject, vm) };
};
