import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { storedLimits } from '../../domain/limits/stored-limits.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { markHead } from '../trail/audit-head.ts';

/**
 * Stores a version, with the row of the audit trail that later shows whether it is still the newest, and whose it is. Where an approver
 * decides, the trail up to here is to be made public: a ledger without this version is an older one, whatever it says itself.
 */
export const putPolicyRow = (
  context: Pick<ChangeContext, 'clock' | 'caller' | 'random'>,
  transaction: LedgerTransaction,
  row: PolicyRecord,
  by = row.setBy,
): void => {
  transaction.putPolicy(row);
  transaction.recordEffect({
    at: context.clock.now(),
    point: 'policy.set',
    network: row.network,
    account: row.account,
    task: context.caller.task,
    operation: null,
    vm: null,
    outcome: by,
    credits: null,
    latencyMs: null,
    facts: {
      version: row.version,
      limits: storedLimits(row.limits),
      tasks: row.tasks,
      approver: row.approver,
      overlay: row.overlay,
      overlayTasks: row.overlayTasks,
    },
  });
  const scope = { account: row.account, network: row.network };
  if (row.approver !== null || transaction.head(scope) !== null) markHead(context, transaction, scope);
};
