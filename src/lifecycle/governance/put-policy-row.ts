import type { SignedChange } from '../../domain/approval/approver-change.ts';
import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { storedLimits } from '../../domain/limits/stored-limits.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { markHead } from '../trail/audit-head.ts';

/**
 * Stores a policy version, with an audit row that names its number and approver, by which a missing newer version shows later. The head is
 * marked to be published: an older ledger without this version, or a new one, then shows itself as such.
 */
export const putPolicyRow = (
  context: Pick<ChangeContext, 'clock' | 'caller' | 'random' | 'rootPolicy'>,
  transaction: LedgerTransaction,
  row: PolicyRecord,
  { by = row.setBy, change = null }: { by?: PolicyRecord['setBy']; change?: SignedChange | null } = {},
): void => {
  transaction.putPolicy(row);
  transaction.recordEffect({
    at: context.clock.now(),
    point: 'policy.set',
    network: row.network,
    account: row.account,
    agent: context.caller.agent,
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
      authorisedAt: Math.trunc(row.authorisedAt),
      overlay: row.overlay,
      overlayTasks: row.overlayTasks,
      ...(Object.keys(row.agents).length === 0 ? {} : { agents: row.agents, overlayAgents: row.overlayAgents }),
      change,
      balance: row.acknowledgedBalance === null ? null : String(row.acknowledgedBalance),
      rootPolicy: context.rootPolicy() !== null,
      byRoot: (context.rootPolicy()?.approver ?? null) !== null,
    },
  });
  markHead(context, transaction, { account: row.account, network: row.network });
};
