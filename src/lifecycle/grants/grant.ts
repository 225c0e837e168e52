import { Failure } from '../../domain/failure/failure.ts';
import { shows } from '../../domain/grants/edit-grants.ts';
import { narrowEntry } from '../../domain/grants/grant-entry.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { readGrants } from '../operation/read-grants.ts';
import { auditAccount } from '../trail/audit.ts';
import { changeGrants } from './change-grants.ts';
import { endOfGrant } from './grant-ends.ts';

/**
 * Grants as planned; false where this very grant stood already, with no other end. The same call goes on with one that did not come to its end.
 */
export const grant = async (context: ChangeContext, plan: Plan<'authz grant'>): Promise<boolean> => {
  const { account, address, channel, lastsSeconds } = plan.subject;
  const until = lastsSeconds === undefined ? {} : { until: formatInstant(context.clock.now() + lastsSeconds * 1000) };
  const facts = { address, channel, ...until };
  const edit = { add: [narrowEntry(address, channel)], remove: [] };
  const ledger = await context.ledger();
  const before = endOfGrant(ledger, { account, network: context.network }, { address, channel });
  if (plan.approval === null) {
    if (shows((await readGrants(context, account)).authorizations, edit)) {
      if (lastsSeconds === undefined) return false;
      ledger.write('authz.begin', (transaction) =>
        auditAccount(context, transaction, { point: 'authz.begin', account, outcome: 'grant', facts }),
      );
      return true;
    }
    throw new Failure('PLAN_MOVED', 'The grant stood when it was planned and stands no more. Nothing was changed; make the call again.');
  }
  ledger.write('authz.begin', (transaction) => {
    consumeApproval(context, transaction, plan, { id: plan.id, account });
    auditAccount(context, transaction, { point: 'authz.begin', account, outcome: 'grant', facts });
  });
  const message = await changeGrants(context, account, edit);
  ledger.write('authz.confirmed', (transaction) =>
    auditAccount(context, transaction, { point: 'authz.confirmed', account, outcome: 'granted', facts: { address, message } }),
  );
  return message !== null || before !== null || lastsSeconds !== undefined;
};
