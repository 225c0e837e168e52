import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { HostWord, Publication, SignedMessage } from '../../ports/network/messages.ts';
import { signerFor } from '../operation/signer-for.ts';
import { auditVm } from '../trail/audit.ts';

const publishLimitMs = 60_000;
/** Hosts pass messages on within seconds; what one has not heard of after this is sent once more, as another message. */
const passedOnWithinMs = 3 * 60_000;

/**
 * Sends the FORGET of a VM that these hosts say is alive. A FORGET signed before is used as long as no host has rejected it and
 * none that still has the VM has missed it; one is recorded before it leaves. Waits for the answer until `deadline`, a minute at most.
 */
export const sendForget = async (
  context: ChangeContext,
  vm: VmRecord,
  words: readonly HostWord[],
  deadline: number,
): Promise<Publication['status']> => {
  const message = (await usableForget(context, vm, words)) ?? (await signForget(context, vm));
  const startedAt = context.clock.now();
  const left = Math.max(1_000, deadline - startedAt);
  const publication = await context.effect('destroy.publish', async () =>
    (await context.cloud()).messages.publish(message, {
      timeoutMs: Math.min(publishLimitMs, left),
      signal: context.signal,
      reach: havingIt(words),
    }),
  );
  await recordAnswer(context, vm, message, publication, context.clock.now() - startedAt);
  if (publication.status === 'processed') context.progress.phase('forgotten', { operation: vm.operation, vm: vm.id, name: vm.name });
  return publication.status;
};

const usableForget = async (context: ChangeContext, vm: VmRecord, words: readonly HostWord[]): Promise<SignedMessage | null> => {
  const ledger = await context.ledger();
  const cloud = await context.cloud();
  for (const message of ledger
    .signedFor(vm.id)
    .filter(({ kind }) => kind === 'FORGET')
    .reverse()) {
    const heard = await cloud.messages.statusOf(message.id);
    const at = (host: string) => heard.find((word) => word.host === host)?.status;
    const rejected = heard.some(({ status }) => status === 'rejected');
    // Known somewhere, it is on its way to the host that still has the VM alive, unless that one never hears of it.
    const missed = havingIt(words).some((host) => at(host) === 'unknown');
    const known = heard.some(({ status }) => status === 'processed' || status === 'pending');
    const lost = known && missed && context.clock.now() - firstSentAt(ledger, vm, message) > passedOnWithinMs;
    if (!rejected && !lost) return message;
  }
  return null;
};

/** Hosts that bill for the VM: one that is about to remove it for want of credits does so until it has. */
const havingIt = (words: readonly HostWord[]): string[] =>
  words.filter(({ status }) => status === 'processed' || status === 'removing').map(({ host }) => host);

/** It may have been signed long before; and where an enforcer without a ledger sent it, the teardown's begin is all that is known. */
const firstSentAt = (ledger: LedgerReader, vm: VmRecord, { id }: SignedMessage): number =>
  ledger.effects({ vm: vm.id, point: 'destroy.published' }).findLast((effect) => factsOf('destroy.published', effect).forget === id)?.at ??
  vm.stoppingAt ??
  vm.updatedAt;

const signForget = async (context: ChangeContext, vm: VmRecord): Promise<SignedMessage> => {
  const signer = await signerFor(context, vm.account);
  const cloud = await context.cloud();
  const message = await cloud.signing.forget({ owner: vm.payer, ids: [vm.id], reason: 'aleph-agent', at: context.clock.now() }, signer);
  const ledger = await context.ledger();
  ledger.write('destroy.signed', (transaction) => {
    transaction.insertSigned(vm.id, message);
    auditVm(context, transaction, 'destroy.signed', vm, { outcome: 'signed', facts: { forget: message.id } });
  });
  return message;
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
