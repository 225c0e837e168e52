import { Failure } from '../../domain/failure/failure.ts';
import { type JournalCopy, journalReadable } from '../../domain/ledger/journal.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { isDue, longestTtl } from '../timers/expiry.ts';
import { auditVm } from '../trail/audit.ts';
import { onRecord, type PublicRecord } from '../trail/public-record.ts';
import { type Destroyed, destroy } from './destroy.ts';
import { isUnwritable } from './end-off-record.ts';
import { emptyReceipt } from './tear-down.ts';

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
export const endExpired = async (context: ChangeContext, id: string, record: PublicRecord): Promise<Destroyed> => {
  const ledger = await context.ledger();
  const seen = ledger.vm(id);
  if (seen === null) throw new Failure('VM_NOT_FOUND', `There is no VM ${shortId(id)} in the ledger.`);
  if (seen.state === 'stopping' || seen.state === 'terminated') return destroy(context, id, 'expired');
  const { journals } = record;
  if (!journalReadable(journals)) {
    throw new Failure('JOURNAL_UNREADABLE', `VM ${seen.name} is not destroyed: fewer than two CCN hosts tell whether it was extended.`, {
      facts: { id: shortId(id), name: seen.name },
    });
  }
  const maxTtlSeconds = await longestTtl(context, seen.account);
  let isOurs = false;
  const mark = (transaction: LedgerTransaction): VmRecord => {
    const vm = transaction.vm(id)!;
    const now = context.clock.now();
    const due = onRecord(transaction, vm, record, now);
    if (vm.state !== seen.state || !isDue(due, journals, now, maxTtlSeconds)) return vm;
    const row = transaction.updateVm(id, { state: 'stopping', ending: 'expired', stoppingAt: now, receipt: emptyReceipt, updatedAt: now });
    auditVm(context, transaction, 'destroy.begin', row, { outcome: 'expired', facts: { expires: formatInstant(due.expiresAt) } });
    isOurs = true;
    return row;
  };
  let marked: VmRecord;
  try {
    marked = ledger.write('destroy.begin', mark);
  } catch (thrown) {
    // Destroying meets the same ledger, and goes on without it.
    if (isUnwritable(thrown) && isDue(seen, journals, context.clock.now(), maxTtlSeconds)) return destroy(context, id, 'expired');
    throw thrown;
  }
  if (marked.state !== 'stopping' && marked.state !== 'terminated') return { vm: marked, already: true };
  // marked here and now: what else is under way with this VM is no teardown, and is waited for no longer
  return destroy(context, id, 'expired', { seizes: isOurs });
};
