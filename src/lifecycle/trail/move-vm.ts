import type { EffectPoint } from '../../domain/ledger/effect-points.ts';
import { mayMove } from '../../domain/ledger/vm-machine.ts';
import type { VmRecord, VmState } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { auditVm, type Said } from './audit.ts';

export type Move<Point extends EffectPoint> = Said<Point> & {
  to: VmState;
  outcome: string;
  patch?: Partial<Omit<VmRecord, 'id' | 'state'>>;
  credits?: bigint;
  /** When the move began, ms; the audit row then shows how long it took. */
  since?: number;
};

/**
 * Moves a VM to another state and appends the audit row, if the VM still is in the state that the caller saw; otherwise returns the row as
 * another process left it.
 */
export const moveIn = <Point extends EffectPoint>(
  context: Pick<ChangeContext, 'clock'>,
  transaction: LedgerTransaction,
  point: Point,
  seen: VmRecord,
  move: Move<Point>,
): VmRecord => {
  const current = transaction.vm(seen.id) ?? seen;
  if (current.state !== seen.state) return current;
  if (current.state !== move.to && !mayMove(current.state, move.to)) {
    throw new Error(`no edge from ${current.state} to ${move.to}`);
  }
  const moved = transaction.updateVm(seen.id, { ...move.patch, state: move.to, updatedAt: context.clock.now() });
  const latencyMs = move.since === undefined ? null : context.clock.now() - move.since;
  auditVm(context, transaction, point, moved, { ...move, latencyMs });
  return moved;
};

/** Moves a VM as `moveIn` does, in a transaction of its own. */
export const moveVm = async <Point extends EffectPoint>(
  context: ChangeContext,
  point: Point,
  seen: VmRecord,
  move: Move<Point>,
): Promise<VmRecord> => {
  const ledger = await context.ledger();
  return ledger.write(point, (transaction) => moveIn(context, transaction, point, seen, move));
};
