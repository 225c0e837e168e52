import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { EffectRecord } from '../../domain/ledger/ledger-records.ts';
import { signatureOf } from '../../domain/ledger/signed-text.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { SignedMessage } from '../../ports/network/messages.ts';

export interface AuditTrail {
  /** Oldest first, of all networks, because one hash chain runs through all of them. */
  effects: EffectRecord[];
  vms: VmRecord[];
  messages: { vm: VmRecord; message: SignedMessage; signature: string | null }[];
  /** Signatures that the network has made public already. Every other signature is a right to act and must not be shown. */
  open: ReadonlySet<string>;
}

/**
 * Returns everything that the ledger can show of what was done. A signature is shown only where more than one host's word says that the
 * network processed its message: the FORGET of a VM that is proven gone. That of an INSTANCE is wiped by then.
 */
export const auditTrail = (ledger: LedgerReader): AuditTrail => {
  const effects = ledger.effects().reverse();
  const vms = ledger.vms();
  const forgotten = new Set(
    effects
      .filter(({ point, outcome }) => point === 'destroy.published' && outcome === 'processed')
      .map((effect) => factsOf('destroy.published', effect).forget),
  );
  const isPublic = (vm: VmRecord, { id, kind }: SignedMessage): boolean =>
    kind === 'FORGET' && vm.state === 'terminated' && forgotten.has(id);
  const messages = vms.flatMap((vm) =>
    ledger.signedFor(vm.id).map((message) => ({ vm, message, signature: isPublic(vm, message) ? signatureOf(message) : null })),
  );
  return { effects, vms, messages, open: new Set(messages.flatMap(({ signature }) => signature ?? [])) };
};
