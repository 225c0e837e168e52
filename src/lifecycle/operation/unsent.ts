import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** Returns the number of the trail's row that holds the money for an attempt; null for a VM that no create of this ledger made. */
export const heldRow = (ledger: Pick<LedgerReader, 'effects'>, id: string): number | null =>
  ledger.effects({ vm: id }).find(({ point }) => point === 'create.hold' || point === 'create.failover')?.seq ?? null;

/**
 * Tells whether no process of this ledger has sent the INSTANCE of a VM: the row that holds its money was never confirmed as public, which
 * comes first. Once the VM is not `requested` any more this stays so, because whoever sends looks at its row again when the hold is public.
 */
export const isUnsent = (ledger: Pick<LedgerReader, 'effects' | 'head'>, vm: Pick<VmRecord, 'id' | 'account'>): boolean => {
  const row = heldRow(ledger, vm.id);
  if (row === null || ledger.effects({ vm: vm.id, point: 'create.published', limit: 1 }).length > 0) return false;
  return (ledger.head({ account: vm.account })?.confirmedRows ?? 0) < row;
};
