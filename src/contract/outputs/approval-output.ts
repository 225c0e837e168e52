import * as z from 'zod';
import type { Quote } from '../../domain/ledger/effect-facts.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { otherPayer } from '../../domain/ledger/vm-record.ts';
import { usd } from '../../domain/money/money.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { mostUsdOf, whatOf } from '../../domain/plan/plan-kinds.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { instant, money } from '../fields/fields.ts';

/** An approval as every command shows it. */
export const approvalOutput = z.object({
  id: z.string(),
  action: z.string(),
  account: z.string().describe('Whose key would sign what was asked for'),
  payer: z.string().optional().describe('Who pays, where that is not the account'),
  agent: z.string().optional().describe('Who asked, where a safe serves agents'),
  state: z.enum(['pending', 'granted', 'unsigned', 'used', 'denied', 'void', 'expired']),
  mostUsd: money.nullable(),
  leftUsd: money.nullable().describe('Of an envelope'),
  expiresAt: instant,
  summary: z.string(),
  what: z.string().describe('The same, made anew of what would be applied'),
  untrustedPurpose: z.string().nullable().describe("The agent's own words"),
  decidedBy: z.string().nullable().describe('terminal, or the address that signed or paid'),
  funding: z
    .object({
      from: z.string(),
      to: z.string(),
      usd: money,
      credits: z.string(),
      channel: z.string(),
      arrived: z.boolean().nullable().describe('null: not known'),
    })
    .nullable()
    .describe('The transfer that approves it'),
});

export const approvalBrief = ['id', 'action', 'state', 'mostUsd', 'leftUsd', 'expiresAt', 'summary', 'funding'] as const;

interface Standing {
  row: ApprovalRecord;
  plan: Plan;
  state: z.output<typeof approvalOutput>['state'];
  left: { credits: bigint; vms: number } | null;
  quote: Quote | null;
  arrived: boolean | null;
}

export const toApprovalOutput = ({ row, plan, state, left, quote, arrived }: Standing): z.output<typeof approvalOutput> => {
  return {
    id: row.id,
    action: plan.action,
    account: row.account,
    ...otherPayer(row),
    ...(row.agent === null ? {} : { agent: row.agent }),
    state,
    mostUsd: plan.cost === null ? null : mostUsdOf(plan),
    leftUsd: left === null ? null : usd(left.credits),
    expiresAt: formatInstant(row.expiresAt),
    summary: plan.summary,
    what: whatOf(plan),
    untrustedPurpose: row.purpose,
    decidedBy: row.decidedBy,
    funding: quote === null ? null : fundingOf(quote, arrived),
  };
};

const fundingOf = ({ funder, to, credits }: Quote, arrived: boolean | null): NonNullable<z.output<typeof approvalOutput>['funding']> => ({
  from: funder,
  to,
  usd: usd(BigInt(credits)),
  credits,
  channel: 'ALEPH_CREDIT',
  arrived,
});
