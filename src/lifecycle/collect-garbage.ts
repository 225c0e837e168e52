import { Failure } from '../domain/failure.ts';
import type { ChangeContext } from '../ports/context.ts';
import { destroy } from './destroy.ts';
import type { GcItem } from './plan-gc.ts';
import { reconcile } from './reconcile.ts';
import { requireClock } from './require-clock.ts';

export interface Collected extends GcItem {
  /** The state reached; null where it failed, with the reason beside it. */
  reached: string | null;
  problem: string | null;
}

/**
 * Does what `planGc` found. Expiry is re-read from the record under the lease, and needs a clock that two CCNs confirm; the rest
 * does not. One VM's failure does not keep the others from being ended.
 */
export const collectGarbage = async (context: ChangeContext, account: string, items: readonly GcItem[]): Promise<Collected[]> => {
  const clockProblem = items.some(({ reason }) => reason === 'expired') ? await requireClock(context).then(() => null, asFailure) : null;
  const done: Collected[] = [];
  for (const item of items.filter(({ reason }) => reason === 'expired' || reason === 'nodeUnconfirmed')) {
    done.push(clockProblem !== null && item.reason === 'expired' ? failed(item, clockProblem) : await end(context, item));
  }
  await reconcile(context, account);
  const ledger = await context.ledger();
  for (const item of items.filter(({ reason }) => reason !== 'expired' && reason !== 'nodeUnconfirmed')) {
    done.push({ ...item, reached: ledger.vm(item.id)?.state ?? null, problem: null });
  }
  return done;
};

const end = async (context: ChangeContext, item: GcItem): Promise<Collected> => {
  const vm = (await context.ledger()).vm(item.id);
  const due = vm !== null && context.clock.now() >= vm.expiresAt;
  if (item.reason === 'expired' && !due) return { ...item, reached: vm?.state ?? null, problem: null };
  return destroy(context, item.id, 'expired').then(
    ({ vm: after }) => ({ ...item, reached: after.state, problem: null }),
    (thrown) => failed(item, asFailure(thrown)),
  );
};

const failed = (item: GcItem, failure: Failure): Collected => ({ ...item, reached: null, problem: failure.code });

const asFailure = (thrown: unknown): Failure => {
  if (thrown instanceof Failure) return thrown;
  throw thrown;
};
