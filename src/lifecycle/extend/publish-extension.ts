import { Failure } from '../../domain/failure/failure.ts';
import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import { publishedExpiry } from '../../domain/ledger/journal.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { extensionOf } from '../../domain/plan/operation-plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader, LedgerTransaction } from '../../ports/ledger.ts';
import type { Publication, SignedMessage } from '../../ports/network/messages.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { sendWithinMs } from '../operation/send-within-ms.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { pinOwnRoots } from '../policy/require-own-roots.ts';
import { maySend } from '../policy/slice-in-force.ts';
import { auditVm } from '../trail/audit.ts';
import { isPublic } from '../trail/require-public.ts';

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
  const row = extensionRow(ledger, id);
  const young = message !== null && startedAt - message.signedAt < sendWithinMs;
  const fresh =
    young &&
    (await isAllowed(context, operation)) &&
    (await isPublic(context, { account: subject.account, row, deadline: deadlineOf(context) }));
  // Old bytes, those of a frozen account, and those whose hold is not public are not sent; an earlier call may have sent them, so the hosts
  // are read all the same.
  const publication = fresh ? await send(context, message) : null;
  const sent = publication?.status ?? 'not sent';
  const lost = sent === 'rejected' || sent === 'invalid';
  const published = !lost && (await readBack(context, subject, fresh));
  if (!published) throw await putBack(context, id, sent);
  return ledger.write('extend.published', (transaction) => {
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
};

/** The row of the trail that holds the money for an extension. */
export const extensionRow = (ledger: LedgerReader, operation: string): number => {
  const [held] = ledger.effects({ operation, point: 'extend.hold' });
  if (held === undefined) throw new Error(`no row of the trail holds money for operation ${operation}`);
  return held.seq;
};

/**
 * Tells whether the entry may be sent: not after a freeze, not where the policy that would tell of one cannot be read, and not in an
 * environment in which nothing is spent.
 */
const isAllowed = async (context: ChangeContext, { account, agent: whose }: OperationRecord): Promise<boolean> => {
  const ledger = await context.ledger();
  return readPolicy(context, account).then(
    (policy) => maySend(ledger, policy, whose, context.clock.now()) && pinOwnRoots(context, policy) === null,
    (thrown: unknown) => {
      if (thrown instanceof Failure) return false;
      throw thrown;
    },
  );
};

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

interface Reverted {
  outcome: string;
  failure: FailureCode;
  /** The entry may have reached a host. */
  sent: boolean;
}

/**
 * Puts the old expiry back into the row and ends the operation. The hold drops only where no host can have the entry: one that may still
 * arrive makes the VM live longer by the public record, and reconcile will follow that record.
 */
export const revertIn = (
  context: ChangeContext,
  transaction: LedgerTransaction,
  id: string,
  { outcome, failure, sent }: Reverted,
): VmRecord => {
  const { vm: hash, from, to } = extensionOf(transaction.operation(id)!).subject;
  const row = transaction.vm(hash)!;
  transaction.updateOperation(id, { state: 'failed', endedAt: context.clock.now(), failure });
  if (row.expiresAt !== to.expiresAt) return row;
  const hold = !sent && row.state !== 'terminated' ? { hold: BigInt(from.hold) } : {};
  const { expiresAt, ttlSeconds } = from;
  const reverted = transaction.updateVm(hash, { expiresAt, ttlSeconds, ...hold, updatedAt: context.clock.now() });
  auditVm(context, transaction, 'extend.revert', { ...reverted, operation: id }, { outcome, credits: reverted.hold - row.hold });
  return reverted;
};

const putBack = async (context: ChangeContext, id: string, outcome: Publication['status'] | 'not sent'): Promise<Failure> => {
  const ledger = await context.ledger();
  const { to, account } = extensionOf(ledger.operation(id)!).subject;
  // No process sends an entry before its hold is confirmed.
  const neverSent = (ledger.head({ account })?.confirmedRows ?? 0) < extensionRow(ledger, id);
  const refused = outcome === 'rejected' || outcome === 'invalid' || neverSent;
  const reverted = { outcome, failure: 'EXTENSION_UNPUBLISHED' as const, sent: !refused };
  const vm = ledger.write('extend.revert', (transaction) => revertIn(context, transaction, id, reverted));
  return new Failure(
    'EXTENSION_UNPUBLISHED',
    `VM ${vm.name} ends at ${formatInstant(vm.expiresAt)} as before: its new expiry ${neverSent ? 'was not sent' : refused ? 'was refused by the network' : 'is not confirmed by two CCN hosts'}.`,
    {
      sideEffects: refused ? 'none' : 'unknown',
      fix: agent('Try again.', 'vm extend', vm.name, { until: formatInstant(to.expiresAt) }),
      facts: { id: shortId(vm.id), name: vm.name, expiresAt: formatInstant(vm.expiresAt) },
    },
  );
};
