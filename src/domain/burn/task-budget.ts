import { atMost, type JudgedCheck } from '../limits/judged-check.ts';
import type { AccountRows, Exposure } from './exposure.ts';

/** Credits that a task may cost in all; null where the task has no budget. Callers name tasks freely, `constructor` too, hence `hasOwn`. */
export const budgetOf = (task: string | null, tasks: Readonly<Record<string, bigint>>): bigint | null =>
  task !== null && Object.hasOwn(tasks, task) ? tasks[task]! : null;

/** Credits that all VMs of a task, from its first one on, have cost and may still cost: a budget does not start anew each day. */
export const taskSpend = (task: string | null, { vms, operations }: AccountRows, exposures: readonly Exposure[]): bigint => {
  if (task === null) return 0n;
  const ofTask = new Set([...vms, ...operations].filter((row) => row.task === task).map(({ id }) => id));
  return exposures.filter(({ id }) => ofTask.has(id)).reduce((sum, { whole }) => sum + whole, 0n);
};

/** Checks a task's spending, the new VM included, against its budget; no check where the task has none. */
export const taskChecks = (task: string | null, tasks: Readonly<Record<string, bigint>>, spending: bigint): JudgedCheck[] => {
  const budget = budgetOf(task, tasks);
  if (budget === null) return [];
  return [
    atMost('TASK_LIMIT', spending, budget, (spent, limit) => `The VMs of task ${task} would come to ${spent} USD, its budget is ${limit}.`),
  ];
};
