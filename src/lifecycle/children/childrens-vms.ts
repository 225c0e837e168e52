import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** The live VMs of the agents that live in these VMs, without those that are among these. */
export const childrensVms = (ledger: Pick<LedgerReader, 'agents' | 'vms'>, vms: readonly VmRecord[]): VmRecord[] => {
  const given = new Set(vms.map(({ id }) => id));
  const homes = new Set(vms.map(({ operation }) => operation));
  return ledger
    .agents()
    .filter(({ operation }) => operation !== null && homes.has(operation))
    .flatMap(({ network, account, name }) => ledger.vms({ network, account, agent: name, states: liveStates }))
    .filter(({ id }) => !given.has(id));
};
