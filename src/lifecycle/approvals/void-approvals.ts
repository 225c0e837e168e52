import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { readablePlan } from '../../domain/plan/read-plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader, LedgerTransaction } from '../../ports/ledger.ts';
import { recordApproval } from './record-approval.ts';

interface Scope {
  account: string;
  network: string;
  /** Only what these agents asked for; absent: what anybody did. */
  agents?: readonly string[];
}

/**
 * Voids every approval of the account, envelopes too, that is pending, or granted and not used up: a ledger that was rebuilt, or turned out
 * to be an older copy, does not know which of them were used. Returns how many.
 */
export const voidApprovals = async (context: ChangeContext, account: string): Promise<number> => {
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  if (openIn(ledger, scope).length === 0) return 0;
  return ledger.write('approval.void', (transaction) => voidAll(context, transaction, scope));
};

/**
 * Finds the approvals to void. The approval of a take-over stays: it names the head that it replaces, which is public no more once it was
 * used, so a copy of it can do nothing twice. A plan that cannot be read is voided.
 */
const openIn = (ledger: LedgerReader, { agents, ...scope }: Scope): ApprovalRecord[] =>
  (agents?.map((agent) => ({ ...scope, agent })) ?? [scope])
    .flatMap((asked) => (['pending', 'granted'] as const).flatMap((state) => ledger.approvals({ ...asked, state })))
    .filter((row) => readablePlan(row)?.action !== 'ledger take-over');

/** Voids them inside the caller's transaction. Returns how many. */
export const voidAll = (context: Pick<ChangeContext, 'clock' | 'caller'>, transaction: LedgerTransaction, scope: Scope): number => {
  const rows = openIn(transaction, scope);
  for (const row of rows) {
    transaction.updateApproval(row.id, { state: 'void' });
    // The nonce is used up as well: a signature given once must not count again, whatever becomes of the row.
    if (row.nonce !== '') transaction.useNonce(row.nonce, row.id, context.clock.now());
    recordApproval(context, transaction, 'approval.void', row, 'void');
  }
  return rows.length;
};
