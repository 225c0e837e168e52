import type { Facts } from '../../domain/ledger/effect-facts.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';

type GrantPoint = 'authz.begin' | 'authz.confirmed' | 'authz.ending';

interface Recorded<Point extends GrantPoint> {
  point: Point;
  account: string;
  outcome: string;
  facts: Facts[Point];
}

/** Records in the audit trail who was let in or out, before the network hears of it and once two hosts show it. */
export const recordGrants = <Point extends GrantPoint>(
  context: Pick<ChangeContext, 'clock' | 'caller' | 'network'>,
  transaction: LedgerTransaction,
  { point, account, outcome, facts }: Recorded<Point>,
): void =>
  transaction.recordEffect({
    at: context.clock.now(),
    point,
    network: context.network,
    account,
    task: context.caller.task,
    operation: null,
    vm: null,
    outcome,
    credits: null,
    latencyMs: null,
    facts,
  });
