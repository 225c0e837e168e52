import { approvalMessage } from '../../domain/approval/approval-message.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { type PolicyInForce, policyInForce, readPolicy } from '../policy/policy-in-force.ts';
import { auditAccount } from '../trail/audit.ts';
import { markHead } from '../trail/audit-head.ts';
import { settleHead } from '../trail/settle-head.ts';
import type { FunderPlan } from './plan-funder.ts';

/**
 * Puts the planned funder into the audit trail, with the approver's word where there is an approver. `PLAN_MOVED` where another funder was
 * set meanwhile, or where nobody agreed; `CLOCK_UNTRUSTED` where the word would not count, and stays good.
 */
export const setFunder = async (context: ChangeContext, plan: FunderPlan): Promise<PolicyInForce> => {
  const { account, from, to } = plan.subject;
  const scope = { account, network: context.network };
  const ledger = await context.ledger();
  const before = await readPolicy(context, account);
  if (to === before.funder) return before;
  const inForce = ledger.write('policy.funder', (transaction) => {
    const { funder, approver } = policyInForce(transaction, scope, context);
    if (funder !== from) throw new Failure('PLAN_MOVED', `The funder is ${funder ?? 'nobody'} by now; make the call again.`);
    if (to !== null && plan.approval === null) throw new Failure('PLAN_MOVED', 'A funder needs a person’s word; make the call again.');
    const word = approver === null || to === null ? null : wordOf(transaction, plan);
    consumeApproval(context, transaction, plan, { id: `funder ${to ?? 'none'}`, account });
    const outcome = to === null ? 'removed' : 'named';
    auditAccount(context, transaction, { point: 'policy.funder', account, outcome, facts: { funder: to, word } });
    markHead(context, transaction, scope);
    const after = policyInForce(transaction, scope, context);
    if (after.funder !== to) throw uncounted(to);
    return after;
  });
  await settleHead(context, account);
  return inForce;
};

/** The row would count for nothing, now and later; thrown where it was written, it stands nowhere, and the approval is not used up. */
const uncounted = (to: string | null): Failure =>
  new Failure(
    'CLOCK_UNTRUSTED',
    `Nothing was set: the ledger has rows of a later time than now, so the word for ${to ?? 'nobody'} would not count.`,
    {
      sideEffects: 'none',
      fix: human('`doctor` says what is wrong with the clock or the ledger; then make the call again.', 'doctor'),
      facts: { funder: to },
    },
  );

const wordOf = (transaction: LedgerTransaction, { approval }: FunderPlan) => {
  const row = transaction.approval(approval ?? '');
  if (row === null || row.signature === null) return null;
  return { message: approvalMessage(row).message, signature: row.signature, networkId: row.networkId };
};
