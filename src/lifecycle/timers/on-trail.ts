import { birthIn } from '../../domain/ledger/birth.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { parseInstant } from '../../domain/text/instant.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/**
 * Returns the row with signing time and expiry as the signed INSTANCE and the audit trail have them: a timer that is put into a guest, or into
 * a script for another machine, outlasts this ledger, so no row that somebody edited may decide when it ends the VM. An extension counts once
 * it is published. Where neither has an expiry, the row's counts.
 */
export const onTrail = (ledger: Pick<LedgerReader, 'effects' | 'signed'>, vm: VmRecord): VmRecord => {
  const stored = ledger.signed(vm.id);
  const birth = stored === null ? null : birthIn(stored);
  const said = [
    ...ledger.effects({ vm: vm.id, point: 'adopt.taken' }).map((effect) => factsOf('adopt.taken', effect).expires),
    ...ledger.effects({ vm: vm.id, point: 'reconcile.adopt' }).map((effect) => factsOf('reconcile.adopt', effect).expires),
    ...ledger.effects({ vm: vm.id, point: 'extend.published' }).map((effect) => factsOf('extend.published', effect).expires),
    ...ledger.effects({ vm: vm.id, point: 'reconcile.expiry' }).map((effect) => factsOf('reconcile.expiry', effect).to),
  ];
  const expiries = [birth?.expiresAt, ...said.map((text) => (text === undefined ? null : parseInstant(text)))].filter((at) => at != null);
  return {
    ...vm,
    signedAt: birth?.signedAt ?? vm.signedAt,
    expiresAt: expiries.length === 0 ? vm.expiresAt : Math.max(...expiries),
  };
};
