import { Failure } from '../../domain/failure/failure.ts';
import { shows } from '../../domain/grants/edit-grants.ts';
import { ownEntries } from '../../domain/grants/own-grant.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { readGrants } from '../operation/read-grants.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { auditAccount } from '../trail/audit.ts';
import { changeGrants } from './change-grants.ts';
import { requireOwner } from './require-owner.ts';

/**
 * Grants as planned, where the address is the owner still; false where the grant stood already. The same call goes on with one that did not
 * come to its end.
 */
export const grantBack = async (context: ChangeContext, plan: Plan<'authz grant own'>): Promise<boolean> => {
  const { account, address } = plan.subject;
  const edit = { add: ownEntries(address), remove: [] };
  if (plan.approval === null) {
    if (shows((await readGrants(context, account)).authorizations, edit)) return false;
    throw new Failure('PLAN_MOVED', 'The grant stood when it was planned and stands no more. Nothing was changed; make the call again.');
  }
  requireOwnRoots(context, await readPolicy(context, account));
  await requireOwner(context, account, address);
  const ledger = await context.ledger();
  ledger.write('authz.begin', (transaction) => {
    consumeApproval(context, transaction, plan, { id: plan.id, account });
    auditAccount(context, transaction, { point: 'authz.begin', account, outcome: 'grant', facts: { address, channel: null } });
  });
  const message = await changeGrants(context, account, edit);
  ledger.write('authz.confirmed', (transaction) =>
    auditAccount(context, transaction, { point: 'authz.confirmed', account, outcome: 'granted', facts: { address, message } }),
  );
  return message !== null;
};
