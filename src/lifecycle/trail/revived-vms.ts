import { cameBack } from '../../domain/ledger/came-back.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver } from '../../domain/money/money.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { auditVm } from './audit.ts';

/**
 * Returns rows that were given up although the network lists their VMs alive: anybody may post a rejected message again (product.md §1 rule
 * 1).
 */
export const revivedVms = (ledger: LedgerReader, listed: readonly ListedVm[], now: number): VmRecord[] =>
  listed.flatMap((word) => {
    const vm = ledger.vm(word.id);
    return vm !== null && cameBack(vm, word, now) ? [vm] : [];
  });

/** Moves a revived VM to `stopping`, with its whole hold back in the burn. */
export const markRevived = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const ledger = await context.ledger();
  const now = context.clock.now();
  return ledger.write('reconcile.status', (transaction) => {
    const current = transaction.vm(vm.id) ?? vm;
    if (current.state !== vm.state) return current;
    const hold = creditsOver(new Exact(vm.rate), Math.max(0, Math.ceil((vm.expiresAt - vm.signedAt) / 1000)));
    const revived = transaction.updateVm(vm.id, {
      state: 'stopping',
      ending: 'rollback',
      stoppingAt: now,
      processedAt: vm.processedAt ?? now,
      terminatedAt: null,
      hold: hold > vm.hold ? hold : vm.hold,
      settled: false,
      updatedAt: now,
    });
    auditVm(context, transaction, 'reconcile.status', revived, { outcome: 'came alive', credits: revived.hold });
    return revived;
  });
};
