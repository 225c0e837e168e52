import { resolveReference } from '../../domain/ledger/reference.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** Finds the ledger's VM by its name or the beginning of its item hash. `VM_NOT_FOUND`, `AMBIGUOUS_ID`. */
export const vmCalled = (
  ledger: Pick<LedgerReader, 'vms' | 'vmNamed'>,
  { network, account }: { network: string; account?: string },
  reference: string,
): VmRecord => {
  const scope = account === undefined ? { network } : { network, account };
  return resolveReference(reference, {
    named: (name) => ledger.vmNamed({ name, ...scope }),
    beginning: (idPrefix) => ledger.vms({ idPrefix, ...scope }),
    live: () => ledger.vms({ states: liveStates, ...scope }),
  });
};
