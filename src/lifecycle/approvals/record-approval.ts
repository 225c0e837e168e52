import type { Facts } from '../../domain/ledger/effect-facts.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';

type ApprovalPoint = 'approval.request' | 'approval.grant' | 'approval.use' | 'approval.deny' | 'approval.void';

/** Records in the audit trail what became of an approval. */
export const recordApproval = <Point extends ApprovalPoint>(
  context: Pick<ChangeContext, 'clock' | 'caller'>,
  transaction: LedgerTransaction,
  point: Point,
  row: ApprovalRecord,
  outcome: string,
  more: Omit<Facts[Point], keyof Facts['approval.deny']> | null = null,
): void =>
  transaction.recordEffect({
    at: context.clock.now(),
    point,
    network: row.network,
    account: row.account,
    agent: row.agent,
    task: context.caller.task,
    operation: row.usedBy,
    vm: null,
    outcome,
    credits: null,
    latencyMs: null,
    facts: { approval: row.id, plan: row.planId, nonce: row.nonce, ...more },
  });
