import { type EnforcerKind, type EnforcerRecord, isVerified } from '../../domain/ending/enforcer.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

export interface Enforcement {
  /** The enforcers that were seen in place within the last hour. */
  by: EnforcerKind[];
  /** The row of the guest timer; null: the VM is to have none. */
  guest: EnforcerRecord | null;
}

const order: readonly EnforcerKind[] = ['guest', 'reaper', 'carrier'];

/** Returns the enforcers that end this VM at its expiry while no command runs. */
export const enforcementOf = (
  ledger: Pick<LedgerReader, 'enforcers'>,
  vm: Pick<VmRecord, 'id' | 'account' | 'network' | 'state'>,
  now: number,
): Enforcement => {
  const ofVm = ledger.enforcers({ network: vm.network, subject: vm.id });
  const guest = ofVm.find(({ kind }) => kind === 'guest') ?? null;
  const gone = vm.state === 'terminated' || vm.state === 'dormant';
  const all = gone ? [] : [...ofVm, ...ledger.enforcers({ network: vm.network, subject: vm.account })];
  const verified = all.filter((row) => isVerified(row, now)).map(({ kind }) => kind);
  return { by: order.filter((kind) => verified.includes(kind)), guest };
};
