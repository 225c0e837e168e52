import { atMost, type JudgedCheck } from '../limits/judged-check.ts';
import type { AccountRows, Exposure } from './exposure.ts';

/** What a task may cost in all; null where it has no budget of its own. Names are anybody's: `constructor` is one. */
export const budgetOf = (task: string | null, tasks: Readonly<Record<string, bigint>>): bigint | null =>
  task !== null && Object.hasOwn(tasks, task) ? tasks[task]! : null;

/** Credits that the VMs of a task have cost and may still cost, from the first one on: a budget does not begin anew each day. */
export const taskSpend = (task: string | null, { vms, operations }: AccountRows, exposures: readonly Exposure[]): bigint => {
  if (task === null) return 0n;
  const own = new Set([...vms, ...operations].filter((row) => row.task === task).map(({ id }) => id));
  return exposures.filter(({ id }) => own.has(id)).reduce((sum, { whole }) => sum + whole, 0n);
};

/** A task with its new spending against its budget; no check where there is none. */
export const taskChecks = (task: string | null, tasks: Readonly<Record<string, bigint>>, spending: bigint): JudgedCheck[] => {
  const budget = budgetOf(task, tasks);
  if (budget === null) return [];
  return [
    atMost('TASK_LIMIT', spending, budget, (spent, limit) => `The VMs of task ${task} would come to ${spent} USD, its budget is ${limit}.`),
  ];
};
