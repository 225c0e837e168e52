import { Failure } from '../../domain/failure/failure.ts';
import { resolveReference } from '../../domain/ledger/reference.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { type CalledBy, ownOf, shownTo } from './callers-rows.ts';

type Reader = Pick<LedgerReader, 'vms' | 'vmNamed'>;

/** Finds the ledger's VM by its name or the beginning of its item hash, among those that the caller is shown. `VM_NOT_FOUND`, `AMBIGUOUS_ID`. */
export const vmCalled = (
  ledger: Reader,
  { network, account, caller }: CalledBy & { network: string; account?: string },
  reference: string,
): VmRecord => {
  const place = account === undefined ? { network } : { network, account };
  const scope = { ...place, ...shownTo({ caller }) };
  return resolveReference(reference, {
    named: (name) => namedIn(ledger, place, { caller }, name),
    beginning: (idPrefix) => ledger.vms({ idPrefix, ...scope }),
    live: () => ledger.vms({ states: liveStates, ...scope }),
  });
};

/** Several agents may use one name. Where the owner gives it, the owner's own live VM is meant, else the one that lives. */
const namedIn = (ledger: Reader, place: { network: string; account?: string }, by: CalledBy, name: string): VmRecord | null => {
  const own = ledger.vmNamed({ name, ...place, ...ownOf(by) });
  if (by.caller.agent !== null || (own !== null && liveStates.includes(own.state))) return own;
  const live = ledger.vms({ name, ...place, states: liveStates });
  if (live.length > 1) {
    throw new Failure('AMBIGUOUS_ID', `VMs of ${live.map(({ agent }) => agent).join(' and ')} are called "${name}": give the id.`, {
      fix: human('Their ids stand in the list.', 'vm ls'),
      facts: { ids: live.map(({ id }) => id) },
    });
  }
  return live[0] ?? own ?? ledger.vmNamed({ name, ...place });
};
