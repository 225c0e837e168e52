import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Signer } from '../../ports/keys/keys.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { HostStatus, Publication, SignedMessage } from '../../ports/network/messages.ts';
import { signerAtHand, signerFor } from '../operation/signer-for.ts';
import { forgetsOf } from '../timers/presign-forgets.ts';
import { auditVm } from '../trail/audit.ts';

const publishLimitMs = 60_000;
/** Hosts pass messages on within seconds: a host that does not know a FORGET after this long gets another one. */
const passedOnWithinMs = 3 * 60_000;

/** What the hosts say of a VM's message, and of the FORGETs that were asked for with it, by id. */
export interface Look {
  statuses: readonly HostStatus[];
  told: ReadonlyMap<string, readonly HostStatus[]>;
}

/**
 * Sends a FORGET of a VM that these hosts have alive, and records a new one before it leaves. Waits for the answer until `deadline` (ms), a
 * minute at most.
 */
export const sendForget = async (context: ChangeContext, vm: VmRecord, look: Look, deadline: number): Promise<Publication['status']> => {
  const { message, first } = await forgetToSend(context, vm, look);
  const startedAt = context.clock.now();
  const left = Math.max(1_000, deadline - startedAt);
  const publication = await context.effect('destroy.publish', async () =>
    (await context.cloud()).messages.publish(message, {
      timeoutMs: Math.min(publishLimitMs, left),
      signal: context.signal,
      reach: havingIt(look.statuses),
      first,
    }),
  );
  await recordAnswer(context, vm, message, publication, context.clock.now() - startedAt);
  if (publication.status === 'processed') context.progress.phase('forgotten', { operation: vm.operation, vm: vm.id, name: vm.name });
  return publication.status;
};

/**
 * Returns the FORGET to send. The network takes a FORGET's own time for the VM's end, so one that was signed with the VM is sent only by
 * whoever has no key at hand, or where a host has heard of it already.
 */
const forgetToSend = async (context: ChangeContext, vm: VmRecord, look: Look): Promise<{ message: SignedMessage; first: boolean }> => {
  const stored = await usableForget(context, vm, look);
  if (stored !== null && (stored.heard || stored.message.signedAt >= (vm.stoppingAt ?? 0)))
    return { message: stored.message, first: false };
  const signer = await signerAtHand(context, vm.account);
  if (signer === null && stored !== null) return { message: stored.message, first: false };
  // Under the VM's lease nobody else sends what is signed now.
  return { message: await signForget(context, vm, signer ?? (await signerFor(context, vm.account))), first: true };
};

/**
 * Returns a FORGET of the ledger that is worth sending to the hosts that have the VM alive, and whether a host has heard of it; null where
 * each one was rejected, or was missed by such a host.
 */
export const usableForget = async (
  context: ChangeContext,
  vm: VmRecord,
  { statuses, told: asked }: Look,
): Promise<{ message: SignedMessage; heard: boolean } | null> => {
  const ledger = await context.ledger();
  const cloud = await context.cloud();
  for (const message of forgetsOf(ledger, vm.id).reverse()) {
    const told = asked.get(message.id) ?? (await cloud.messages.statusOf(message.id));
    const at = (host: string) => told.find((one) => one.host === host)?.status;
    const rejected = told.some(({ status }) => status === 'rejected');
    // A FORGET that one host knows will reach the host that has the VM alive, unless that host goes on not knowing of it.
    const missed = havingIt(statuses).some((host) => at(host) === 'unknown');
    const heard = told.some(({ status }) => status === 'processed' || status === 'pending');
    const lost = heard && missed && context.clock.now() - firstSentAt(ledger, vm, message) > passedOnWithinMs;
    if (!rejected && !lost) return { message, heard };
  }
  return null;
};

/** Returns the hosts that bill for the VM. A host that is about to remove it for want of credits bills until it has done so. */
export const havingIt = (statuses: readonly HostStatus[]): string[] =>
  statuses.filter(({ status }) => status === 'processed' || status === 'removing').map(({ host }) => host);

/**
 * Returns when this FORGET was first sent (ms), which may be long after it was signed. An enforcer without a ledger leaves no record of its
 * sending: then the begin of the teardown stands for it.
 */
const firstSentAt = (ledger: LedgerReader, vm: VmRecord, { id }: SignedMessage): number =>
  ledger.effects({ vm: vm.id, point: 'destroy.published' }).findLast((effect) => factsOf('destroy.published', effect).forget === id)?.at ??
  vm.stoppingAt ??
  vm.updatedAt;

/**
 * Signs a FORGET and records it. One that is on record already is signed anew, a millisecond later: another process signed it in the same
 * millisecond, or a host has rejected or lost it, and the same message once more would change nothing.
 */
const signForget = async (context: ChangeContext, vm: VmRecord, signer: Signer): Promise<SignedMessage> => {
  const cloud = await context.cloud();
  const ledger = await context.ledger();
  for (let at = context.clock.now(); ; at += 1) {
    const message = await cloud.signing.forget({ owner: vm.payer, ids: [vm.id], reason: 'aleph-agent', at }, signer);
    const isNew = ledger.write('destroy.signed', (transaction) => {
      if (forgetsOf(transaction, vm.id).some(({ id }) => id === message.id)) return false;
      transaction.insertSigned(vm.id, message);
      auditVm(context, transaction, 'destroy.signed', vm, { outcome: 'signed', facts: { forget: message.id } });
      return true;
    });
    if (isNew) return message;
  }
};

const recordAnswer = async (
  context: ChangeContext,
  vm: VmRecord,
  message: SignedMessage,
  publication: Publication,
  latencyMs: number,
): Promise<void> => {
  const ledger = await context.ledger();
  ledger.write('destroy.published', (transaction) =>
    auditVm(context, transaction, 'destroy.published', vm, {
      outcome: publication.status,
      latencyMs,
      facts: { forget: message.id, ...(publication.rejection === null ? {} : { rejection: publication.rejection.code }) },
    }),
  );
};
