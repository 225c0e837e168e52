import { Failure } from '../../domain/failure/failure.ts';
import { publishedExpiry } from '../../domain/ledger/journal.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { extensionOf } from '../../domain/plan/operation-plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Publication, SignedMessage } from '../../ports/network/messages.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { sendWithinMs } from '../operation/send-within-ms.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { auditVm } from '../trail/audit.ts';

const publishLimitMs = 60_000;
/** CCN hosts pass a journal entry on to each other within seconds, so a minute of reading back is enough. */
const readBackMs = 60_000;

/**
 * Sends the recorded bytes of a held extension, and reads back from the CCN hosts that the new expiry is public; only then does it count.
 * Otherwise puts the old expiry back and throws `EXTENSION_UNPUBLISHED`. Call it under the VM's lease. Idempotent.
 */
export const publishExtension = async (context: ChangeContext, id: string): Promise<VmRecord> => {
  const ledger = await context.ledger();
  const operation = ledger.operation(id)!;
  const { subject, message: named } = extensionOf(operation);
  const message = ledger.signed(named);
  const startedAt = context.clock.now();
  const fresh = message !== null && startedAt - message.signedAt < sendWithinMs && (await maySend(context, subject.account));
  // Old bytes, and those of a frozen account, are not sent; an earlier call may have sent them, so the hosts are read all the same.
  const publication = fresh ? await send(context, message) : null;
  const sent = publication?.status ?? 'not sent';
  const lost = sent === 'rejected' || sent === 'invalid';
  const published = !lost && (await readBack(context, subject, fresh));
  if (!published) throw await putBack(context, operation, sent);
  const row = ledger.write('extend.published', (transaction) => {
    const before = transaction.vm(subject.vm)!;
    // An earlier call may have put the old expiry back although the entry arrived after all: the public expiry counts, so the row takes it
    // again.
    const { expiresAt, ttlSeconds, hold } = subject.to;
    const late = before.expiresAt < expiresAt && before.state !== 'terminated';
    const vm = late ? transaction.updateVm(before.id, { expiresAt, ttlSeconds, hold: greater(before.hold, BigInt(hold)) }) : before;
    transaction.updateOperation(id, { state: 'succeeded', endedAt: context.clock.now() });
    auditVm(
      context,
      transaction,
      'extend.published',
      { ...vm, operation: id },
      {
        outcome: 'published',
        latencyMs: context.clock.now() - startedAt,
        facts: { expires: formatInstant(subject.to.expiresAt) },
      },
    );
    return vm;
  });
  return row;
};

/** Tells whether the entry may be sent: not after a freeze, and not where the policy that would tell of one cannot be read. */
const maySend = async (context: ChangeContext, account: string): Promise<boolean> =>
  readPolicy(context, account).then(
    ({ frozenSince }) => frozenSince === null,
    (thrown: unknown) => {
      if (thrown instanceof Failure) return false;
      throw thrown;
    },
  );

const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const send = (context: ChangeContext, message: SignedMessage): Promise<Publication> =>
  context.effect('extend.publish', async () =>
    (await context.cloud()).messages.publish(message, { timeoutMs: publishLimitMs, signal: context.signal }),
  );

/** Waits until two CCN hosts show this expiry or a later one in the account's journal. Without `wait` it looks once. */
export const readBack = async (
  context: ChangeContext,
  { account, vm, to }: { account: string; vm: string; to: { expiresAt: number } },
  wait: boolean,
): Promise<boolean> => {
  const cloud = await context.cloud();
  const giveUpAt = context.clock.now() + (wait ? readBackMs : 0);
  const delays = pollDelays();
  for (;;) {
    if ((publishedExpiry(await cloud.accounts.journal(account), vm) ?? 0) >= to.expiresAt) return true;
    if (context.clock.now() >= giveUpAt) return false;
    await context.clock.wait(delays(), context.signal);
  }
};

/**
 * Puts the old expiry back into the row. The hold drops only where the network refused the entry: an entry that may still arrive makes the
 * VM live longer by the public record, and reconcile will follow that record.
 */
const putBack = async (context: ChangeContext, operation: OperationRecord, sent: Publication['status'] | 'not sent'): Promise<Failure> => {
  const { vm: hash, from, to } = extensionOf(operation).subject;
  const refused = sent === 'rejected' || sent === 'invalid';
  const ledger = await context.ledger();
  const vm = ledger.write('extend.revert', (transaction) => {
    const row = transaction.vm(hash)!;
    transaction.updateOperation(operation.id, { state: 'failed', endedAt: context.clock.now(), failure: 'EXTENSION_UNPUBLISHED' });
    if (row.expiresAt !== to.expiresAt) return row;
    const hold = refused && row.state !== 'terminated' ? { hold: BigInt(from.hold) } : {};
    const { expiresAt, ttlSeconds } = from;
    const reverted = transaction.updateVm(hash, { expiresAt, ttlSeconds, ...hold, updatedAt: context.clock.now() });
    auditVm(
      context,
      transaction,
      'extend.revert',
      { ...reverted, operation: operation.id },
      { outcome: sent, credits: reverted.hold - row.hold },
    );
    return reverted;
  });
  return new Failure(
    'EXTENSION_UNPUBLISHED',
    `VM ${vm.name} ends at ${formatInstant(vm.expiresAt)} as before: its new expiry ${refused ? 'was refused by the network' : 'is not confirmed by two CCN hosts'}.`,
    {
      sideEffects: refused ? 'none' : 'unknown',
      fix: agent('Try again.', 'vm extend', vm.name, { until: formatInstant(to.expiresAt) }),
      facts: { id: shortId(hash), name: vm.name, expiresAt: formatInstant(vm.expiresAt) },
    },
  );
};
