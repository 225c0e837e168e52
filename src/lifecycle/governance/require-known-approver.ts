import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readUnknownApprover, unknownText } from '../trail/check-approver.ts';

/**
 * Refuses to loosen anything in a ledger that does not know the approver which the account has published: whoever deleted the ledger would
 * set its limits anew. `POLICY_REFUSED`.
 */
export const requireKnownApprover = async (context: ReadContext, account: string): Promise<void> => {
  const approver = await readUnknownApprover(context, account);
  if (approver === null) return;
  throw new Failure('POLICY_REFUSED', `${unknownText(approver)} It decides what is loosened.`, {
    fix: human('Let this ledger take over first; that approver signs it.', 'ledger take-over'),
    facts: { approver },
  });
};
