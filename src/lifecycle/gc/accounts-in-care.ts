import { liveStates } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import { accountInUse } from '../operation/account-in-use.ts';

/**
 * Returns the accounts whose VMs gc ends: that of the key in use first, then every other with live VMs in this ledger. Their FORGETs are signed
 * already, so no key of theirs is needed. Throws `KEY_MISSING` where there is neither a key nor a live VM.
 */
export const accountsInCare = async (context: ReadContext): Promise<string[]> => {
  const ledger = await context.ledger();
  const owners = ledger.vms({ network: context.network, states: liveStates }).map(({ account }) => account);
  const inUse = accountInUse(context);
  const first = inUse ?? owners[0] ?? context.keys.current(context.network).address;
  return [...new Set([first, ...owners])];
};
