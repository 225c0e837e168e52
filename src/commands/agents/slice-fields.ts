import * as z from 'zod';
import { grantable } from '../../contract/declare/wire.ts';
import { duration, name, usdAmount } from '../../contract/fields/fields.ts';
import { safeWays } from '../../domain/agents/invitation.ts';
import { parseUsd } from '../../domain/money/money.ts';
import type { SliceWish } from '../../lifecycle/agents/plan-slice.ts';

/** By which door of the safe an agent that is invited comes. */
export const via = z.enum(safeWays).optional().describe('How it connects; tls if omitted and the safe has it');

export const agentName = name.describe('The agent');

const commands = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim().replaceAll('.', ' ')))
  .refine((all) => all.every((each) => grantable.some((one) => one === each)), `of ${grantable.join(', ')}`);

/** What an owner may say of a slice, the budget apart. */
export const sliceFields = {
  perDay: usdAmount.optional().describe('Spend per UTC day, USD'),
  maxBurn: usdAmount.optional().describe('Burn of all its VMs, USD per hour'),
  maxVms: z.int().min(0).max(1000).optional().describe('VMs at once'),
  maxCu: z.int().min(0).max(256).optional().describe('Compute units of the largest VM'),
  maxTtl: duration.optional().describe('Longest lifetime'),
  expires: duration.optional().describe('How long its token works; 0m: no end'),
  commands: commands.optional().describe(`Commands that it may call too, by commas: ${grantable.join(', ')}`),
  exec: z.boolean().optional().describe('The safe runs vm exec for it'),
  terms: z.boolean().optional().describe('Allow nodes whose terms must be accepted'),
};

const fields = z.object({ ...sliceFields, budget: usdAmount.optional() });

export const wishOf = (given: z.output<typeof fields>): SliceWish => {
  const { budget, perDay, maxBurn, maxVms, maxCu, maxTtl, expires } = given;
  return {
    limits: {
      ...(budget === undefined ? {} : { maxTotalCredits: parseUsd(budget) }),
      ...(perDay === undefined ? {} : { maxDayCredits: parseUsd(perDay) }),
      ...(maxBurn === undefined ? {} : { maxBurnCreditsPerHour: parseUsd(maxBurn) }),
      ...(maxVms === undefined ? {} : { maxVms }),
      ...(maxCu === undefined ? {} : { maxComputeUnits: maxCu }),
      ...(maxTtl === undefined ? {} : { maxTtlSeconds: maxTtl }),
    },
    forSeconds: expires === 0 ? null : expires,
    commands: given.commands,
    exec: given.exec,
    terms: given.terms,
  };
};
