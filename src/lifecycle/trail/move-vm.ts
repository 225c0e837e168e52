import type { EffectPoint } from '../../domain/ledger/effect-points.ts';
import { mayMove } from '../../domain/ledger/vm-machine.ts';
import type { VmRecord, VmState } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { auditVm } from './audit.ts';

export interface Move {
  to: VmState;
  outcome: string;
  patch?: Partial<Omit<VmRecord, 'id' | 'state'>>;
  facts?: Record<string, unknown>;
  credits?: bigint;
  /** Since when this was under way, ms: the row shows how long it took. */
  since?: number;
}

/** Moves a VM to another state if it still is where the caller saw it; otherwise the row is as somebody else left it. With its audit row. */
export const moveIn = (
  context: Pick<ChangeContext, 'clock'>,
  transaction: LedgerTransaction,
  point: EffectPoint,
  seen: VmRecord,
  move: Move,
): VmRecord => {
  const current = transaction.vm(seen.id) ?? seen;
  if (current.state !== seen.state) return current;
  if (current.state !== move.to && !mayMove(current.state, move.to)) {
    throw new Error(`no edge from ${current.state} to ${move.to}`);
  }
  const moved = transaction.updateVm(seen.id, { ...move.patch, state: move.to, updatedAt: context.clock.now() });
  auditVm(context, transaction, point, moved, {
    outcome: move.outcome,
    ...(move.facts ? { facts: move.facts } : {}),
    ...(move.credits === undefined ? {} : { credits: move.credits }),
    ...(move.since === undefined ? {} : { latencyMs: context.clock.now() - move.since }),
  });
  return moved;
};

/** The same in a transaction of its own. */
export const moveVm = async (context: ChangeContext, point: EffectPoint, seen: VmRecord, move: Move): Promise<VmRecord> => {
  const ledger = await context.ledger();
  return ledger.write(point, (transaction) => moveIn(context, transaction, point, seen, move));
};
