import { type EnforcerKind, type EnforcerRecord, isVerified } from '../../domain/ending/enforcer.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

export interface Enforcement {
  /** The enforcers that were seen in place within the last hour, and can end the VM. */
  by: EnforcerKind[];
  /** The row of the guest timer; null: the VM is to have none. */
  guest: EnforcerRecord | null;
  /** Another account pays for the VM and was seen to have taken its grant back: nobody but its owner ends the VM (protocol-ccn.md §4.2). */
  revoked: boolean;
}

const order: readonly EnforcerKind[] = ['guest', 'safe', 'reaper', 'carrier'];

type Enforced = Pick<VmRecord, 'id' | 'account' | 'network' | 'state'>;

const enforcersOf = (ledger: Pick<LedgerReader, 'enforcers'>, { id, account, network }: Enforced): EnforcerRecord[] => [
  ...ledger.enforcers({ network, subject: id }),
  ...ledger.enforcers({ network, subject: account }),
];

const isRevoked = (ledger: Pick<LedgerReader, 'enforcers'>, { id, network }: Enforced): boolean =>
  ledger.enforcers({ network, subject: id, kind: 'grant' })[0]?.state === 'failed';

/**
 * Tells whether something was put in place that ends this VM at its expiry. The VM's own timer, or another machine's, counts however long
 * nobody looked at it; a safe and a reaper count only while they are seen, because nothing of it is left where it no longer runs.
 */
export const isEndedBySomething = (ledger: Pick<LedgerReader, 'enforcers'>, vm: Enforced, now: number): boolean =>
  !isRevoked(ledger, vm) &&
  enforcersOf(ledger, vm)
    .filter(({ kind }) => kind !== 'grant')
    .some((row) => (row.kind === 'reaper' || row.kind === 'safe' ? isVerified(row, now) : row.state === 'armed'));

/** Returns the enforcers that end this VM at its expiry while no command runs. */
export const enforcementOf = (ledger: Pick<LedgerReader, 'enforcers'>, vm: Enforced, now: number): Enforcement => {
  const guest = ledger.enforcers({ network: vm.network, subject: vm.id, kind: 'guest' })[0] ?? null;
  const gone = vm.state === 'terminated' || vm.state === 'dormant';
  const revoked = !gone && isRevoked(ledger, vm);
  const verified = (gone || revoked ? [] : enforcersOf(ledger, vm)).filter((row) => isVerified(row, now)).map(({ kind }) => kind);
  return { by: order.filter((kind) => verified.includes(kind)), guest, revoked };
};
