import type { Facts } from '../../domain/ledger/effect-facts.ts';
import type { EffectPoint } from '../../domain/ledger/effect-points.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';

/** The facts of an effect point; they may be left out where the point requires none. */
export type Said<Point extends EffectPoint> =
  Record<string, never> extends Facts[Point] ? { facts?: Facts[Point] } : { facts: Facts[Point] };

type Audited<Point extends EffectPoint> = Said<Point> & {
  outcome: string;
  credits?: bigint | null;
  latencyMs?: number | null;
};

/** Appends one row about a VM to the audit trail, in the transaction that changes the VM. */
export const auditVm = <Point extends EffectPoint>(
  context: Pick<ChangeContext, 'clock'>,
  transaction: LedgerTransaction,
  point: Point,
  vm: VmRecord,
  audited: Audited<Point>,
): void =>
  transaction.recordEffect({
    at: context.clock.now(),
    point,
    network: vm.network,
    account: vm.account,
    agent: vm.agent,
    task: vm.task,
    operation: vm.operation,
    vm: vm.id,
    outcome: audited.outcome,
    credits: audited.credits ?? null,
    latencyMs: audited.latencyMs ?? null,
    // The types let a caller leave facts out only where the point requires none.
    facts: (audited.facts ?? {}) as Facts[Point],
  });

interface AuditedAccount<Point extends EffectPoint> {
  point: Point;
  account: string;
  outcome: string;
  facts: Facts[Point];
}

/** Appends one row about an account to the audit trail: who is let in or out, who decides, what was taken back. */
export const auditAccount = <Point extends EffectPoint>(
  context: Pick<ChangeContext, 'clock' | 'caller' | 'network'>,
  transaction: LedgerTransaction,
  { point, account, outcome, facts }: AuditedAccount<Point>,
): void =>
  transaction.recordEffect({
    at: context.clock.now(),
    point,
    network: context.network,
    account,
    agent: context.caller.agent,
    task: context.caller.task,
    operation: null,
    vm: null,
    outcome,
    credits: null,
    latencyMs: null,
    facts,
  });
