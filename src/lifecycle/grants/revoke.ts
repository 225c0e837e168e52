import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import { isFor, readGrantEntry } from '../../domain/grants/grant-entry.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { readGrants } from '../operation/read-grants.ts';
import { auditAccount } from '../trail/audit.ts';
import { changeGrants } from './change-grants.ts';
import { type DelegateVm, delegateVms } from './delegate-vms.ts';
import { endDelegateVms } from './end-delegate-vms.ts';

export interface Revoked {
  changed: boolean;
  destroyed: readonly string[];
  /** The VMs that it has running at the account's cost still; null where the network does not tell. */
  left: readonly DelegateVm[] | null;
}

/**
 * Takes the grants back and reads that back from two CCN hosts; only then ends the VMs that the plan names, so that the delegate makes no
 * new ones meanwhile. The same call goes on with what did not come to its end.
 */
export const revoke = async (context: ChangeContext, plan: Plan<'authz revoke'>): Promise<Revoked> => {
  const { account, address, ends } = plan.subject;
  const ledger = await context.ledger();
  ledger.write('authz.begin', (transaction) => {
    consumeApproval(context, transaction, plan, { id: plan.id, account });
    auditAccount(context, transaction, { point: 'authz.begin', account, outcome: 'revoke', facts: { address, channel: null } });
  });
  const { authorizations } = await readGrants(context, account);
  const remove = authorizations.filter((raw) => {
    const entry = readGrantEntry(raw);
    return entry !== null && isFor(entry, address);
  });
  const message = await changeGrants(context, account, { add: [], remove });
  ledger.write('authz.confirmed', (transaction) =>
    auditAccount(context, transaction, { point: 'authz.confirmed', account, outcome: 'revoked', facts: { address, message } }),
  );
  if (ends.length > 0) await endDelegateVms(context, account, address);
  // the grant is gone, whatever this reading comes to
  const left = await delegateVms(context, account, address).catch(passableFailure);
  return { changed: message !== null || ends.length > 0, destroyed: ends, left: left instanceof Failure ? null : left };
};
