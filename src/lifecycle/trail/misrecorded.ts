import { cameBack } from '../../domain/ledger/came-back.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { auditVm } from './audit.ts';
import { markRevived } from './revived-vms.ts';

interface Scope {
  account: string;
  network: string;
}

/** A VM of ours that the network lists as live, although its row says that it is gone, or of another network or account. */
export interface Misrecorded {
  /** The row with network, account and payer as they are. */
  vm: VmRecord;
  says: string;
  /** The row names another network or account, so nothing of this account finds it, or another payer than the one it was signed for. */
  elsewhere: boolean;
}

/** Finds the rows that contradict the network's list of what this account sent: the list decides what is live. */
export const misrecorded = (ledger: Pick<LedgerReader, 'vm'>, scope: Scope, listed: readonly ListedVm[], now: number): Misrecorded[] =>
  listed.flatMap((seen) => {
    const row = seen.ours ? ledger.vm(seen.id) : null;
    if (row === null) return [];
    const payer = seen.owner ?? row.payer;
    const lost = row.network !== scope.network || row.account !== scope.account;
    const elsewhere = lost || row.payer !== payer;
    if (!elsewhere && !cameBack(row, seen, now)) return [];
    const of = lost ? `is of ${row.account} on ${row.network}` : elsewhere ? `says that ${row.payer} pays` : `says ${row.state}`;
    const says = `its row ${of}`;
    return [{ vm: { ...row, ...scope, payer }, elsewhere, says }];
  });

/** The VM as it is shown: what its row calls gone is on its way out again. */
export const asShown = ({ vm }: Misrecorded): VmRecord => (liveStates.includes(vm.state) ? vm : { ...vm, state: 'stopping' });

/**
 * Puts misrecorded rows right, so that every command finds their VMs again: those of another network or account come back to this one, and
 * what was given up goes to `stopping`. Returns the rows.
 */
export const setRight = async (context: ChangeContext, found: readonly Misrecorded[]): Promise<VmRecord[]> => {
  const ledger = await context.ledger();
  for (const { vm, says } of found.filter(({ elsewhere }) => elsewhere)) {
    ledger.write('reconcile.status', (transaction) => {
      const { network, account, payer } = vm;
      const row = transaction.updateVm(vm.id, { network, account, payer, updatedAt: context.clock.now() });
      auditVm(context, transaction, 'reconcile.status', row, { outcome: `put right: ${says}` });
    });
  }
  const rows: VmRecord[] = [];
  for (const { vm } of found) {
    const row = ledger.vm(vm.id) ?? vm;
    rows.push(liveStates.includes(row.state) ? row : await markRevived(context, row));
  }
  return rows;
};
