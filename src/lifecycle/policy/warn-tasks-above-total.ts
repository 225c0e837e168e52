import type { Limits } from '../../domain/limits/limits.ts';
import { usd } from '../../domain/money/money.ts';
import type { ReadContext } from '../../ports/context.ts';

/** Warns when the tasks' budgets together exceed what the account may spend: the account's limit holds all the same. */
export const warnTasksAboveTotal = (
  context: Pick<ReadContext, 'warn'>,
  { limits, tasks }: { limits: Limits; tasks: Readonly<Record<string, bigint>> },
): void => {
  const sum = Object.values(tasks).reduce((total, budget) => total + budget, 0n);
  if (sum <= limits.maxTotalCredits) return;
  context.warn(
    'TASKS_ABOVE_TOTAL',
    `The budgets of all tasks come to ${usd(sum)} USD, the account may spend ${usd(limits.maxTotalCredits)} in all: whichever is reached first holds.`,
  );
};
