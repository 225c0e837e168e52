import { publicExpiry } from '../../domain/ledger/birth.ts';
import { type JournalCopy, publishedExpiry } from '../../domain/ledger/journal.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { extensionOf } from '../../domain/plan/operation-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { birthOf, isMadeHere } from '../account/account-rows.ts';

/** What the network shows of an account's VMs. */
export interface PublicRecord {
  listed: readonly ListedVm[];
  journals: readonly JournalCopy[];
}

export const readRecord = async (context: Pick<ReadContext, 'cloud'>, account: string): Promise<PublicRecord> => {
  const cloud = await context.cloud();
  const [listed, journals] = await Promise.all([cloud.messages.listSentBy(account), cloud.accounts.journal(account)]);
  return { listed, journals };
};

/** An extension is held before it is published, and given up after a quarter of an hour. */
const underWayMs = 15 * 60_000;

/**
 * Returns the row with payer, signing time and expiry as the public record has them: a row that was edited to live longer keeps no VM alive. While
 * an extension is being published its new expiry, which is in the row alone, counts.
 */
export const onRecord = (
  ledger: Pick<LedgerReader, 'signed' | 'operations'>,
  vm: VmRecord,
  { listed, journals }: PublicRecord,
  now: number,
): VmRecord => {
  const birth = birthOf(ledger, vm.id, listed);
  // Of a VM that this ledger did not make, the marker counts up to the expiry with which it was adopted.
  const marked =
    birth?.expiresAt == null || isMadeHere(ledger, vm.id) ? birth : { ...birth, expiresAt: Math.min(birth.expiresAt, vm.expiresAt) };
  const expiresAt = publicExpiry(vm, marked, publishedExpiry(journals, vm.id));
  const longer = vm.expiresAt > expiresAt && isBeingExtended(ledger, vm, now) ? vm.expiresAt : expiresAt;
  return { ...vm, payer: birth?.owner ?? vm.payer, signedAt: birth?.signedAt ?? vm.signedAt, expiresAt: longer };
};

const isBeingExtended = (ledger: Pick<LedgerReader, 'operations'>, { id, account, network }: VmRecord, now: number): boolean =>
  ledger
    .operations({ account, network, kind: 'extend', state: 'running' })
    .some((operation) => Math.abs(now - operation.startedAt) < underWayMs && extensionOf(operation).subject.vm === id);
