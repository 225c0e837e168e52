import { journalReadable } from '../../domain/ledger/journal.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { EditedVm } from './edited-vms.ts';
import { misrecorded } from './misrecorded.ts';
import { onRecord, type PublicRecord } from './public-record.ts';

/**
 * Returns the VMs whose rows nothing of ours wrote as they are, by what the network shows: rows of another network or account, and expiries
 * later than the public one. A VM that was given up and came alive is no edit.
 */
export const contradictedBy = (
  ledger: Pick<LedgerReader, 'vm' | 'vms' | 'signed' | 'operations'>,
  scope: { account: string; network: string },
  record: PublicRecord,
  now: number,
): EditedVm[] => {
  const elsewhere = misrecorded(ledger, scope, record.listed, now).filter((found) => found.elsewhere);
  const rows = journalReadable(record.journals) ? ledger.vms({ ...scope, states: liveStates }) : [];
  const later = rows.flatMap((vm) => {
    const { expiresAt } = onRecord(ledger, vm, record, now);
    if (vm.expiresAt <= expiresAt) return [];
    return [{ ...vm, says: `its row says that it ends at ${formatInstant(vm.expiresAt)}, ${formatInstant(expiresAt)} is public` }];
  });
  return [...elsewhere.map(({ vm, says }) => ({ ...vm, says })), ...later].map(({ id, name, says }) => ({ id, name, says }));
};
