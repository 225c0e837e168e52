import * as z from 'zod';
import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { usd } from '../../domain/money/money.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { approver, instant, money } from '../fields/fields.ts';
import { limitOutputs, toLimitOutputs } from './limit-outputs.ts';
import { taskOutput, toTaskOutput } from './task-output.ts';

/** A policy as commands show it: money in USD, durations in seconds. */
export const policyOutput = z.object({
  account: z.string(),
  network: z.string(),
  tightenedBy: z.string().nullable().describe('A project file, in what is shown here'),
  version: z.int().describe('0: the defaults, nobody has set any'),
  ...limitOutputs,
  authorisedAt: instant.nullable().describe('null: never yet'),
  acknowledgedBalanceUsd: money.nullable(),
  approver,
  funder: z.string().nullable().describe('Whose transfer of the quoted sum approves a request'),
  problem: z.string().nullable().describe('Why nothing is spent: the seal does not fit, or somebody wrote into the policy'),
  frozenSince: instant.nullable(),
  setBy: z.enum(['default', 'agent', 'person', 'approver']),
  tasks: z.array(taskOutput).describe('Budgets of tasks'),
});

/** A policy row with what the row alone does not tell: whether the seal is good and spending frozen. */
type Shown = Omit<PolicyRecord, 'seal' | 'overlay' | 'overlayTasks' | 'agents' | 'overlayAgents'> & {
  unsealed: string | null;
  broken: string | null;
  frozenSince: number | null;
  funder: string | null;
};

export const toPolicyOutput = (
  { limits, ...policy }: Shown,
  tasks: readonly Parameters<typeof toTaskOutput>[0][],
): z.output<typeof policyOutput> => ({
  account: policy.account,
  network: policy.network,
  tightenedBy: null,
  version: policy.version,
  ...toLimitOutputs(limits),
  authorisedAt: policy.authorisedAt === 0 ? null : formatInstant(policy.authorisedAt),
  acknowledgedBalanceUsd: policy.acknowledgedBalance === null ? null : usd(policy.acknowledgedBalance),
  approver: policy.approver ?? 'terminal',
  funder: policy.funder,
  problem: policy.unsealed ?? policy.broken,
  frozenSince: policy.frozenSince === null ? null : formatInstant(policy.frozenSince),
  setBy: policy.setBy,
  tasks: tasks.map(toTaskOutput),
});
