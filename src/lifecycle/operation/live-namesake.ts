import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** The live VM of this network that has this name; null where the name is free. Names of terminated VMs are free again. */
export const liveNamesake = (ledger: Pick<LedgerReader, 'vmNamed'>, network: string, name: string): VmRecord | null => {
  const named = ledger.vmNamed({ network, name });
  return named !== null && liveStates.includes(named.state) ? named : null;
};
