import * as z from 'zod';
import { usd } from '../../domain/money/money.ts';
import type { Style } from '../declare/style.ts';
import { money } from '../fields/fields.ts';
import { type Column, tableOf } from './columns.ts';

/** A task's budget as commands show it. */
export const taskOutput = z.object({
  task: z.string(),
  budgetUsd: money,
  usedUsd: money.describe('Whole cost of its VMs, spent and held'),
  leftUsd: money,
});

export type TaskOutput = z.output<typeof taskOutput>;

export const toTaskOutput = ({ task, budget, used }: { task: string; budget: bigint; used: bigint }): TaskOutput => ({
  task,
  budgetUsd: usd(budget),
  usedUsd: usd(used),
  leftUsd: usd(budget > used ? budget - used : 0n),
});

const columns: readonly Column<TaskOutput>[] = [
  ['TASK', 'task'],
  ['BUDGET', 'budgetUsd'],
  ['USED', 'usedUsd'],
  ['LEFT', 'leftUsd'],
];

export const taskTable = (tasks: readonly TaskOutput[], style: Style): string => tableOf(columns, tasks, style);
