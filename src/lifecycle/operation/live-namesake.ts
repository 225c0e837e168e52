import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** Returns the live VM of this network with this name; null where the name is free, as the name of a terminated VM is. */
export const liveNamesake = (ledger: Pick<LedgerReader, 'vmNamed'>, network: string, name: string): VmRecord | null => {
  const named = ledger.vmNamed({ network, name });
  return named !== null && liveStates.includes(named.state) ? named : null;
};
