import type { AccountRows } from '../../domain/burn/exposure.ts';
import { asPublic, type Birth, birthIn } from '../../domain/ledger/birth.ts';
import { publishedExpiry } from '../../domain/ledger/journal.ts';
import { liveStates, type VmCost, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { withEnds } from '../ended/see-ended.ts';
import type { Figures } from './read-figures.ts';

/**
 * Returns what the signed INSTANCE of a VM says of its life, from the stored bytes, which its hash proves, or else from the network's list; null
 * where neither has it.
 */
export const birthOf = (ledger: Pick<LedgerReader, 'signed'>, id: string, listed: readonly ListedVm[]): Birth | null => {
  const stored = ledger.signed(id);
  return (stored === null ? null : birthIn(stored)) ?? listed.find((vm) => vm.id === id) ?? null;
};

/**
 * Returns who pays for a VM: by its signed INSTANCE, whatever its row says. The row counts for a VM that this ledger did not make; the network's
 * list confirms that one before anything is sent for it.
 */
export const payerIn = (ledger: Pick<LedgerReader, 'signed'>, { id, payer }: Pick<VmRecord, 'id' | 'payer'>): string =>
  birthOf(ledger, id, [])?.owner ?? payer;

/** Does this ledger have the message that it signed for the VM? A VM that was adopted has none. */
export const isMadeHere = (ledger: Pick<LedgerReader, 'signed'>, id: string): boolean => {
  const stored = ledger.signed(id);
  return stored !== null && birthIn(stored) !== null;
};

/**
 * Returns the account's rows as spending is judged by them: since when a VM lives and until when is what was signed and published, never
 * what a row says, because anybody who can write the ledger's file can edit a row. A VM that two hosts say is gone counts as gone.
 */
export const accountRows = (
  ledger: Pick<LedgerReader, 'costs' | 'signed'>,
  scope: { account: string; network: string },
  { listed, journal, ended, readAt }: Pick<Figures, 'listed' | 'journal' | 'ended' | 'readAt'>,
): AccountRows => {
  const isOver = (vm: VmCost): boolean => vm.settled && !liveStates.includes(vm.state);
  const { vms, operations } = ledger.costs(scope);
  return {
    vms: withEnds(vms, ended, readAt).map((vm) =>
      isOver(vm) ? vm : asPublic(vm, birthOf(ledger, vm.id, listed), publishedExpiry(journal, vm.id)),
    ),
    operations,
  };
};
