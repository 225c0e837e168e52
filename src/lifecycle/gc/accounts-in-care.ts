import { liveStates } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import { grantEnds } from '../grants/grant-ends.ts';
import { accountInUse } from '../operation/account-in-use.ts';

/**
 * Returns the accounts whose VMs gc ends: that of the key in use first, then every other with live VMs, or with a top-up under way, in this
 * ledger. Their FORGETs are signed already, so no key of theirs is needed. Accounts whose grants are to end come with them. Throws
 * `KEY_MISSING` where there is neither a key nor a live VM.
 */
export const accountsInCare = async (context: ReadContext): Promise<string[]> => {
  const ledger = await context.ledger();
  const owners = ledger.vms({ network: context.network, states: liveStates }).map(({ account }) => account);
  const paying = ledger.operations({ network: context.network, kind: 'topup', state: 'running' }).map(({ account }) => account);
  const inUse = accountInUse(context);
  const first = inUse ?? owners[0] ?? context.keys.current(context.network).address;
  const granting = new Set(ledger.effects({ network: context.network, point: 'authz.begin' }).map(({ account }) => account));
  const ending = [...granting].filter((account) => grantEnds(ledger, { account, network: context.network }).length > 0);
  return [...new Set([first, ...owners, ...paying, ...ending])];
};
