import * as z from 'zod';
import { formatInstant } from '../domain/instant.ts';
import type { PolicyRecord } from '../domain/ledger-records.ts';
import { usd } from '../domain/money.ts';
import { instant, money } from './fields.ts';

/** A policy as commands show it: money in USD, durations in seconds. */
export const policyOutput = z.object({
  account: z.string(),
  network: z.string(),
  version: z.int().describe('0: the defaults, nobody has set any'),
  maxVms: z.int(),
  defaultTtlSeconds: z.int(),
  maxTtlSeconds: z.int(),
  askAboveUsd: money.describe('Whole cost of one VM above which a person is asked'),
  maxBurnUsdPerHour: money,
  maxDayUsd: money,
  maxTotalUsd: money.describe('Until a person re-authorises'),
  balanceGuardPercent: z.int(),
  maxComputeUnits: z.int(),
  creationsPerMinute: z.int(),
  coolDownSeconds: z.int(),
  breakerFailures: z.int(),
  breakerPauseSeconds: z.int(),
  destroyAtOnce: z.int(),
  endUnarmedSeconds: z.int(),
  authorisedAt: instant.nullable().describe('null: never yet'),
  acknowledgedBalanceUsd: money.nullable(),
  setBy: z.enum(['default', 'agent', 'person']),
});

export const toPolicyOutput = ({ limits, ...policy }: PolicyRecord): z.output<typeof policyOutput> => ({
  account: policy.account,
  network: policy.network,
  version: policy.version,
  maxVms: limits.maxVms,
  defaultTtlSeconds: limits.defaultTtlSeconds,
  maxTtlSeconds: limits.maxTtlSeconds,
  askAboveUsd: usd(limits.askAboveCredits),
  maxBurnUsdPerHour: usd(limits.maxBurnCreditsPerHour),
  maxDayUsd: usd(limits.maxDayCredits),
  maxTotalUsd: usd(limits.maxTotalCredits),
  balanceGuardPercent: limits.balanceGuardPercent,
  maxComputeUnits: limits.maxComputeUnits,
  creationsPerMinute: limits.creationsPerMinute,
  coolDownSeconds: limits.coolDownSeconds,
  breakerFailures: limits.breakerFailures,
  breakerPauseSeconds: limits.breakerPauseSeconds,
  destroyAtOnce: limits.destroyAtOnce,
  endUnarmedSeconds: limits.endUnarmedSeconds,
  authorisedAt: policy.authorisedAt === 0 ? null : formatInstant(policy.authorisedAt),
  acknowledgedBalanceUsd: policy.acknowledgedBalance === null ? null : usd(policy.acknowledgedBalance),
  setBy: policy.setBy,
});
