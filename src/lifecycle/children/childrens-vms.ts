import { liveStates, type VmRecord, type VmState } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { familyOf } from '../policy/slice-in-force.ts';

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

/** The VMs of an agent and its children; without `states` gone ones, too. */
export const familysVms = (
  ledger: Pick<LedgerReader, 'agent' | 'agents' | 'vms'>,
  scope: Pick<VmRecord, 'account' | 'network'>,
  name: string,
  filter: { states?: readonly VmState[] } = {},
): VmRecord[] => familyOf(ledger, scope, name).flatMap((agent) => ledger.vms({ ...scope, agent, ...filter }));
