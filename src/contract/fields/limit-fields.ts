import * as z from 'zod';
import type { Limits } from '../../domain/limits/policy.ts';
import { parseUsd } from '../../domain/money/money.ts';
import { duration, usdAmount } from './fields.ts';

const count = (most: number) => z.int().min(0).max(most).optional();

/** Limits as `policy set` and a project file take them. */
export const limitFields = {
  maxVms: count(1000).describe('VMs at once'),
  maxTtl: duration.optional().describe('Longest lifetime'),
  askAbove: usdAmount.optional().describe('Ask a person above this cost of one VM, USD'),
  maxBurn: usdAmount.optional().describe('Burn of all VMs, USD per hour'),
  maxDay: usdAmount.optional().describe('Spend per UTC day, USD'),
  maxTotal: usdAmount.optional().describe('Spend until a person re-authorises, USD'),
  balanceGuard: count(100).describe('Share of the acknowledged balance that always stays, %'),
  maxCu: count(256).describe('Compute units of the largest VM'),
  creationsPerMinute: count(1000).describe('Creations per minute'),
};

const limitInput = z.object(limitFields);

/** The limits that are given, in credits and seconds. */
export const limitsOf = (given: z.output<typeof limitInput>): Partial<Limits> => {
  const credits = (text: string | undefined): bigint | undefined => (text === undefined ? undefined : parseUsd(text));
  const all = {
    maxVms: given.maxVms,
    maxTtlSeconds: given.maxTtl,
    askAboveCredits: credits(given.askAbove),
    maxBurnCreditsPerHour: credits(given.maxBurn),
    maxDayCredits: credits(given.maxDay),
    maxTotalCredits: credits(given.maxTotal),
    balanceGuardPercent: given.balanceGuard,
    maxComputeUnits: given.maxCu,
    creationsPerMinute: given.creationsPerMinute,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<Limits>;
};
