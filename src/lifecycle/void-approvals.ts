import type { ChangeContext } from '../ports/context.ts';
import type { LedgerTransaction } from '../ports/ledger.ts';
import { recordApproval } from './record-approval.ts';

/**
 * Everything that waits or was given and is not used up is no more, envelopes too: a ledger that turned out to be an older copy, or a
 * rebuilt one, does not know what was used already. Gives how many.
 */
export const voidApprovals = async (context: ChangeContext, account: string): Promise<number> => {
  const ledger = await context.ledger();
  const open = (): boolean =>
    (['pending', 'granted'] as const).some((state) => ledger.approvals({ state, network: context.network, account }).length > 0);
  if (!open()) return 0;
  return ledger.write('approval.void', (transaction) => voidAll(context, transaction, { account, network: context.network }));
};

/** The same inside a transaction. */
export const voidAll = (
  context: Pick<ChangeContext, 'clock' | 'caller'>,
  transaction: LedgerTransaction,
  scope: { account: string; network: string },
): number => {
  const rows = (['pending', 'granted'] as const).flatMap((state) => transaction.approvals({ ...scope, state }));
  for (const row of rows) {
    transaction.updateApproval(row.id, { state: 'void' });
    // what was signed once is never taken again, whatever becomes of the row
    if (row.nonce !== '') transaction.useNonce(row.nonce, row.id, context.clock.now());
    recordApproval(context, transaction, 'approval.void', row, 'void');
  }
  return rows.length;
};
