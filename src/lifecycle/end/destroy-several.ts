import { anyFailure } from '../../domain/failure/any-failure.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import type { JournalCopy } from '../../domain/ledger/journal.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { beginDestroy, type DestroyPlan } from './begin-destroy.ts';
import { destroy } from './destroy.ts';
import { endExpired } from './end-expired.ts';

/** How many teardowns run side by side. */
const together = 8;

export interface Outcome {
  vm: VmRecord;
  already: boolean;
  /** Why ending this VM failed; null: it did not. */
  problem: Failure | null;
}

/**
 * Ends each VM of a plan; where the plan destroys them, all are marked `stopping` before any is taken down. One VM's failure keeps no other
 * from being tried; it is that VM's `problem`.
 */
export const destroySeveral = async (context: ChangeContext, plan: DestroyPlan): Promise<Outcome[]> => {
  const { ids, ending } = plan.subject;
  const ledger = await context.ledger();
  if (ending === 'destroy') await beginDestroy(context, plan);
  const cloud = await context.cloud();
  const accounts = ending === 'expired' ? [...new Set(ids.map((id) => ledger.vm(id)?.account ?? ''))] : [];
  const journals = new Map<string, JournalCopy[]>();
  for (const account of accounts) journals.set(account, await cloud.accounts.journal(account));
  const end = (id: string) =>
    ending === 'expired' ? endExpired(context, id, journals.get(ledger.vm(id)?.account ?? '') ?? []) : destroy(context, id, 'destroy');

  const outcomes: Outcome[] = [];
  for (let from = 0; from < ids.length; from += together) {
    const some = ids.slice(from, from + together);
    const settled = await Promise.allSettled(some.map(end));
    for (const [index, result] of settled.entries()) {
      if (result.status === 'fulfilled') outcomes.push({ ...result.value, problem: null });
      // A bug at one VM must not hide the outcomes of the others, so it becomes that VM's problem.
      else outcomes.push({ vm: ledger.vm(some[index]!)!, already: false, problem: anyFailure(result.reason) });
    }
  }
  return outcomes;
};
