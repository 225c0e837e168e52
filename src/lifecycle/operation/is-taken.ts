import { liveStates } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** Does a live VM of this network have this name? Names of terminated VMs are free again. */
export const isTaken = (ledger: Pick<LedgerReader, 'vms'>, network: string, name: string): boolean =>
  ledger.vms({ network, states: liveStates }).some((vm) => vm.name === name);
