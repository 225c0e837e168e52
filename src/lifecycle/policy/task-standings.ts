import { exposuresOf } from '../../domain/burn/exposure.ts';
import { taskSpend } from '../../domain/burn/task-budget.ts';
import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { Exact } from '../../domain/money/exact.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** A task with its budget and use, in credits. */
export interface TaskStanding {
  task: string;
  budget: bigint;
  /** Credits spent and held, by the ledger. */
  used: bigint;
}

const unasked = {
  payer: '',
  balance: { credits: 0n, lots: [] },
  burn: { perSecond: new Exact(0), resources: [] },
  listed: [],
  expenses: [],
  spent: [],
};

/** Returns how much of each task's budget is used, by the ledger alone, so that it works offline. */
export const taskStandings = (ledger: LedgerReader, { network, account, tasks }: PolicyRecord, now: number): TaskStanding[] => {
  if (Object.keys(tasks).length === 0) return [];
  const rows = ledger.costs({ network, account });
  const exposures = exposuresOf(rows, unasked, now);
  return Object.entries(tasks)
    .map(([task, budget]) => ({ task, budget, used: taskSpend(task, rows, exposures) }))
    .sort((a, b) => (a.task < b.task ? -1 : 1));
};
