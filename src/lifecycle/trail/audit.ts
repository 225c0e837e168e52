import type { EffectPoint } from '../../domain/ledger/effect-points.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';

interface Audited {
  outcome: string;
  credits?: bigint | null;
  latencyMs?: number | null;
  facts?: Record<string, unknown>;
}

/** Appends one row about a VM to the audit trail, in the transaction that changes it. */
export const auditVm = (
  context: Pick<ChangeContext, 'clock'>,
  transaction: LedgerTransaction,
  point: EffectPoint,
  vm: VmRecord,
  audited: Audited,
): void =>
  transaction.recordEffect({
    at: context.clock.now(),
    point,
    network: vm.network,
    account: vm.account,
    task: vm.task,
    operation: vm.operation,
    vm: vm.id,
    outcome: audited.outcome,
    credits: audited.credits ?? null,
    latencyMs: audited.latencyMs ?? null,
    facts: audited.facts ?? {},
  });
