import * as z from 'zod';
import { change } from '../../contract/command.ts';
import { duration, usdAmount } from '../../contract/fields.ts';
import { policyOutput, toPolicyOutput } from '../../contract/policy-output.ts';
import { argumentsDigest } from '../../domain/arguments-digest.ts';
import { parseUsd } from '../../domain/money.ts';
import type { Limits } from '../../domain/policy.ts';
import { planPolicy } from '../../lifecycle/plan-policy.ts';
import { setPolicy } from '../../lifecycle/set-policy.ts';

const count = (most: number) => z.int().min(0).max(most).optional();

const input = z.object({
  maxVms: count(1000).describe('VMs at once'),
  defaultTtl: duration.optional().describe('Lifetime where none is given'),
  maxTtl: duration.optional().describe('Longest lifetime'),
  askAbove: usdAmount.optional().describe('Ask a person above this cost of one VM, USD'),
  maxBurn: usdAmount.optional().describe('Burn of all VMs, USD per hour'),
  maxDay: usdAmount.optional().describe('Spend per UTC day, USD'),
  maxTotal: usdAmount.optional().describe('Spend until a person re-authorises, USD'),
  balanceGuard: count(100).describe('Share of the acknowledged balance that always stays, %'),
  maxCu: count(256).describe('Compute units of the largest VM'),
  endUnarmed: duration.optional().describe('End a VM without its own timer after this'),
  creationsPerMinute: count(1000).describe('Creations per minute'),
  reauthorise: z.boolean().default(false).describe('Start the total anew and acknowledge the balance (a person)'),
});

const wanted = (given: z.output<typeof input>): Partial<Limits> => {
  const usdOf = (text: string | undefined): bigint | undefined => (text === undefined ? undefined : parseUsd(text));
  const all = {
    maxVms: given.maxVms,
    defaultTtlSeconds: given.defaultTtl,
    maxTtlSeconds: given.maxTtl,
    askAboveCredits: usdOf(given.askAbove),
    maxBurnCreditsPerHour: usdOf(given.maxBurn),
    maxDayCredits: usdOf(given.maxDay),
    maxTotalCredits: usdOf(given.maxTotal),
    balanceGuardPercent: given.balanceGuard,
    maxComputeUnits: given.maxCu,
    endUnarmedSeconds: given.endUnarmed,
    creationsPerMinute: given.creationsPerMinute,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<Limits>;
};

export default change({
  name: 'policy set',
  summary: 'Lower limits (anybody) or raise them (a person)',
  safety: 'change',
  input,
  output: policyOutput,
  failures: ['KEY_MISSING', 'APPROVAL_NEEDED', 'APPROVAL_EXPIRED', 'PLAN_MOVED', 'BALANCE_UNREADABLE'],
  examples: [
    { line: 'policy set --max-day 1 --max-vms 2', why: 'an agent may always lower its limits' },
    { line: 'policy set --max-day 3 --dry-run', why: 'what a person would have to approve' },
  ],
  plan: (context, given) => planPolicy(context, wanted(given), given.reauthorise, argumentsDigest('policy set', given)),
  apply: async (context, plan) => toPolicyOutput(await setPolicy(context, plan)),
  text: (policy) => `Policy version ${policy.version} holds.`,
  next: () => [{ command: 'aleph-agent policy show', why: 'all limits' }],
});
