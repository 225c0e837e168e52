import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { readablePlan } from '../../domain/plan/read-plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader, LedgerTransaction } from '../../ports/ledger.ts';
import { recordApproval } from './record-approval.ts';

/**
 * Everything that waits or was given and is not used up is no more, envelopes too: a ledger that turned out to be an older copy, or a
 * rebuilt one, does not know what was used already. Gives how many.
 */
export const voidApprovals = async (context: ChangeContext, account: string): Promise<number> => {
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  if (openIn(ledger, scope).length === 0) return 0;
  return ledger.write('approval.void', (transaction) => voidAll(context, transaction, scope));
};

/** A take-over names the head that it replaces: once used, that one is public no more, so a copy of its approval does nothing twice. What cannot be read is void. */
const openIn = (ledger: LedgerReader, scope: { account: string; network: string }): ApprovalRecord[] =>
  (['pending', 'granted'] as const)
    .flatMap((state) => ledger.approvals({ ...scope, state }))
    .filter((row) => readablePlan(row)?.action !== 'ledger take-over');

/** The same inside a transaction. */
export const voidAll = (
  context: Pick<ChangeContext, 'clock' | 'caller'>,
  transaction: LedgerTransaction,
  scope: { account: string; network: string },
): number => {
  const rows = openIn(transaction, scope);
  for (const row of rows) {
    transaction.updateApproval(row.id, { state: 'void' });
    // what was signed once is never taken again, whatever becomes of the row
    if (row.nonce !== '') transaction.useNonce(row.nonce, row.id, context.clock.now());
    recordApproval(context, transaction, 'approval.void', row, 'void');
  }
  return rows.length;
};
