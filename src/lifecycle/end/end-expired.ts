import { limitOf } from '../../domain/ending/enforcer.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import { type JournalCopy, journalReadable, putOffUntil } from '../../domain/ledger/journal.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { defaultLimits } from '../../domain/limits/limits.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { auditVm } from '../trail/audit.ts';
import { type Destroyed, destroy } from './destroy.ts';
import { emptyReceipt } from './tear-down.ts';

/** The longest lifetime that the policy allows, s; the default's where the policy cannot be read, for VMs end all the same. */
export const longestTtl = async (context: Parameters<typeof readPolicy>[0], account: string): Promise<number> => {
  const policy = await readPolicy(context, account).catch(passableFailure);
  return (policy instanceof Failure ? defaultLimits : policy.limits).maxTtlSeconds;
};

/**
 * When the VM ends (ms): the later of its row's and the public journal's expiry. What one host alone has published puts the end off to the
 * time at which the VM's own timer ends it, and no further: a host that lies keeps no VM alive.
 */
const endsAt = (vm: Expiring, journals: readonly JournalCopy[], maxTtlSeconds: number): number => {
  const putOff = putOffUntil(journals, vm.id);
  if (putOff === null) return vm.expiresAt;
  return Math.max(vm.expiresAt, putOff.agreed ? putOff.until : Math.min(putOff.until, limitOf(vm, maxTtlSeconds)));
};

type Expiring = Pick<VmRecord, 'id' | 'name' | 'signedAt' | 'expiresAt'>;

/** Tells whether the VM has expired. Always false when the journal cannot be read. */
export const isDue = (vm: Expiring, journals: readonly JournalCopy[], now: number, maxTtlSeconds: number): boolean =>
  journalReadable(journals) && now >= endsAt(vm, journals, maxTtlSeconds);

/** Tells of a VM past its recorded expiry whose end one CCN host alone puts off; null for every other. */
export const contestedEnd = (vm: Expiring, journals: readonly JournalCopy[], now: number, maxTtlSeconds: number): string | null => {
  const putOff = putOffUntil(journals, vm.id);
  if (putOff === null || putOff.agreed || now < vm.expiresAt || !journalReadable(journals)) return null;
  const end = endsAt(vm, journals, maxTtlSeconds);
  if (now >= end) return null;
  return `VM ${vm.name}: its recorded expiry has passed, and one CCN host alone says that it lives until ${formatInstant(putOff.until)}. It is ended at ${formatInstant(end)} unless another host agrees.`;
};

/**
 * Warns `JOURNAL_UNREADABLE` of VMs that are past their recorded expiry and still live: without a readable journal nobody knows whether
 * they were extended.
 */
export const alertUnread = (context: Pick<ReadContext, 'warn'>, vms: readonly VmRecord[], journals: readonly JournalCopy[]): void => {
  if (vms.length === 0 || journalReadable(journals)) return;
  const answered = journals.filter(({ expiries }) => expiries !== null).length;
  context.warn(
    'JOURNAL_UNREADABLE',
    `${vms.map(({ name }) => name).join(', ')}: the recorded expiry has passed, but only ${answered} of ${journals.length} CCN hosts tell whether it was extended. Not destroyed; they bill on.`,
  );
};

/**
 * Ends a VM that has expired. The transaction that marks the row decides it once more, so that an extension made meanwhile wins.
 * `JOURNAL_UNREADABLE` where fewer than two CCN hosts tell the expiry.
 */
export const endExpired = async (context: ChangeContext, id: string, journals: readonly JournalCopy[]): Promise<Destroyed> => {
  const ledger = await context.ledger();
  const seen = ledger.vm(id);
  if (seen === null) throw new Failure('VM_NOT_FOUND', `There is no VM ${shortId(id)} in the ledger.`);
  if (seen.state === 'stopping' || seen.state === 'terminated') return destroy(context, id, 'expired');
  if (!journalReadable(journals)) {
    throw new Failure('JOURNAL_UNREADABLE', `VM ${seen.name} is not destroyed: fewer than two CCN hosts tell whether it was extended.`, {
      facts: { id: shortId(id), name: seen.name },
    });
  }
  const maxTtlSeconds = await longestTtl(context, seen.account);
  const marked = ledger.write('destroy.begin', (transaction) => {
    const vm = transaction.vm(id)!;
    const now = context.clock.now();
    if (vm.state !== seen.state || !isDue(vm, journals, now, maxTtlSeconds)) return vm;
    const row = transaction.updateVm(id, { state: 'stopping', ending: 'expired', stoppingAt: now, receipt: emptyReceipt, updatedAt: now });
    auditVm(context, transaction, 'destroy.begin', row, { outcome: 'expired', facts: { expires: formatInstant(vm.expiresAt) } });
    return row;
  });
  return marked.state === 'stopping' || marked.state === 'terminated' ? destroy(context, id, 'expired') : { vm: marked, already: true };
};
