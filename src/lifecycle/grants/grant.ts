import { Failure } from '../../domain/failure/failure.ts';
import { shows } from '../../domain/grants/edit-grants.ts';
import { narrowEntry } from '../../domain/grants/grant-entry.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { readGrants } from '../operation/read-grants.ts';
import { changeGrants } from './change-grants.ts';
import { recordGrants } from './record-grants.ts';

/** Grants as planned; false where this very grant stood already. The same call goes on with one that did not come to its end. */
export const grant = async (context: ChangeContext, plan: Plan<'authz grant'>): Promise<boolean> => {
  const { account, address, channel } = plan.subject;
  const edit = { add: [narrowEntry(address, channel)], remove: [] };
  if (plan.approval === null) {
    if (shows((await readGrants(context, account)).authorizations, edit)) return false;
    throw new Failure('PLAN_MOVED', 'The grant stood when it was planned and stands no more. Nothing was changed; make the call again.');
  }
  const ledger = await context.ledger();
  ledger.write('authz.begin', (transaction) => {
    consumeApproval(context, transaction, plan, { id: plan.id, account });
    recordGrants(context, transaction, { point: 'authz.begin', account, outcome: 'grant', facts: { address, channel } });
  });
  const message = await changeGrants(context, account, edit);
  ledger.write('authz.confirmed', (transaction) =>
    recordGrants(context, transaction, { point: 'authz.confirmed', account, outcome: 'granted', facts: { address, message } }),
  );
  return message !== null;
};
