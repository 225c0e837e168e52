import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { ownOf } from './callers-rows.ts';

/** Returns the caller's live VM of this network with this name; null where the name is free, as the name of a terminated VM is. */
export const liveNamesake = (
  ledger: Pick<LedgerReader, 'vmNamed'>,
  context: Pick<ReadContext, 'network' | 'caller'>,
  name: string,
): VmRecord | null => {
  const named = ledger.vmNamed({ network: context.network, name, ...ownOf(context) });
  return named !== null && liveStates.includes(named.state) ? named : null;
};
