import { exposuresOf, unaskedFigures } from '../../domain/burn/exposure.ts';
import { taskSpend } from '../../domain/burn/task-budget.ts';
import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** A task with its budget and use, in credits. */
export interface TaskStanding {
  task: string;
  budget: bigint;
  /** Credits spent and held, by the ledger. */
  used: bigint;
}

/** Returns how much of each task's budget is used, by the ledger alone, so that it works offline. */
export const taskStandings = (ledger: LedgerReader, { network, account, tasks }: PolicyRecord, now: number): TaskStanding[] => {
  if (Object.keys(tasks).length === 0) return [];
  const rows = ledger.costs({ network, account });
  const exposures = exposuresOf(rows, unaskedFigures, now);
  return Object.entries(tasks)
    .map(([task, budget]) => ({ task, budget, used: taskSpend(task, rows, exposures) }))
    .sort((a, b) => (a.task < b.task ? -1 : 1));
};
