import * as z from 'zod';
import { change } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { duration, instant, usdAmount } from '../contract/fields/fields.ts';
import { walletRequest } from '../domain/approval/typed-data.ts';
import { Failure } from '../domain/failure/failure.ts';
import type { FreePlan, Plan } from '../domain/plan/plan.ts';
import { formatInstant } from '../domain/text/instant.ts';
import { planEnvelope } from '../lifecycle/approvals/plan-envelope.ts';
import { wishedEnvelope } from '../lifecycle/approvals/wished-envelope.ts';
import { type Approved, approve } from '../lifecycle/governance/approve.ts';
import { type ApproveSubject, planApprove } from '../lifecycle/governance/plan-approve.ts';
import { planRequest } from '../lifecycle/governance/plan-request.ts';
import { readRequest, readSignature } from '../lifecycle/governance/read-request.ts';

type Approval = FreePlan<ApproveSubject> | Plan<'approve envelope'>;

const given = ({ row, approval, data, signature }: Approved, summary: string | null) => ({
  approval,
  state: row?.state ?? 'signed',
  expiresAt: row === null ? null : formatInstant(row.expiresAt),
  signature,
  sign: data === null ? null : walletRequest(data),
  summary: data === null ? null : summary,
});

export default change({
  name: 'approve',
  summary: 'Approve a pending request',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    id: z.string().optional().describe('Approval (ap_...); may be omitted if only one is pending'),
    show: z.boolean().default(false).describe('Print what to sign (EIP-712)'),
    signature: z.string().optional().describe('0x..., by any wallet (eth_signTypedData_v4); - reads what --request printed'),
    request: z.string().optional().describe('Sign what --show --json printed elsewhere: a file or -'),
    expectMost: usdAmount.optional().describe('Refuse what may cost more USD than this, or has no sum'),
    upTo: usdAmount.optional().describe('Approve an envelope instead: USD for several VMs'),
    ttl: duration.prefault('4h').describe('Longest lifetime of one VM'),
    cu: z.int().min(1).max(256).default(1).describe('Largest VM, in compute units; GPU VMs always ask'),
    vms: z.int().min(1).max(1000).default(3).describe('How many VMs in all'),
    until: duration.prefault('24h').describe('How long the envelope is valid'),
  }),
  positionals: ['id'],
  output: z.object({
    approval: z.string(),
    state: z.string(),
    expiresAt: instant.nullable(),
    signature: z.string().nullable().describe('Of --request: goes to approve --signature'),
    sign: z.record(z.string(), z.unknown()).nullable().describe('Of --show: for eth_signTypedData_v4'),
    summary: z.string().nullable().describe('Of --show: what it is about, in words; not signed'),
  }),
  failures: [
    'APPROVAL_NOT_FOUND',
    'APPROVAL_EXPIRED',
    'POLICY_REFUSED',
    'AMBIGUOUS_ID',
    'SIGNATURE_UNFIT',
    'PLAN_MOVED',
    'PRICE_MOVED',
    'PRICE_CEILING',
    'BALANCE_UNREADABLE',
    'GRANT_MISSING',
    'GRANTS_UNREADABLE',
  ],
  examples: [
    { line: 'approve ap_ID --show', why: 'what an approver signs' },
    { line: 'approve ap_ID --signature -', why: 'at the end of a pipe from the approver' },
    { line: 'approve --up-to 2 --ttl 4h --cu 2 --vms 3', why: 'an envelope for today, typed once' },
  ],
  async plan(context, input, digest): Promise<Approval> {
    if ([input.show, input.signature, input.request, input.upTo].filter((way) => way !== undefined && way !== false).length > 1) {
      throw new Failure('USAGE', 'Give one of --show, --signature, --request and --up-to.');
    }
    if (input.request !== undefined) return planRequest(context, await readRequest(context, input.request), input.expectMost);
    if (input.upTo === undefined) return planApprove(context, input);
    if (input.id !== undefined) throw new Failure('USAGE', '--up-to asks for an envelope, and takes no approval.');
    if (input.expectMost !== undefined) throw new Failure('USAGE', '--up-to names the sum itself: leave --expect-most out.');
    return planEnvelope(context, wishedEnvelope({ ...input, upTo: input.upTo }), digest);
  },
  async apply(context, plan: Approval, { signature }) {
    if (!isEnvelope(plan)) {
      const brought = signature === undefined ? undefined : await readSignature(context, signature);
      return given(await approve(context, plan, brought), plan.summary);
    }
    const row = (await context.ledger()).approval(plan.approval ?? '');
    if (row === null) throw new Failure('APPROVAL_NOT_FOUND', 'The envelope is no longer there.');
    return given({ row, approval: row.id, data: null, signature: null }, null);
  },
  text: ({ approval, state, expiresAt, signature, sign }) => {
    if (sign !== null) return JSON.stringify(sign, null, 2);
    if (signature !== null) return signature;
    if (state === 'used') return `${approval} is signed and in force.`;
    return `${approval} is ${state} until ${expiresAt}; what asked for it may now run.`;
  },
  next: ({ approval, sign, signature }) => {
    if (sign !== null) return [hint('until it is decided', 'approvals wait', approval)];
    if (signature !== null && approval !== '') return [hint('in the home that asked', 'approve', approval, { signature })];
    return [hint('what runs now; repeat the command that asked', 'status')];
  },
});

const isEnvelope = (plan: Approval): plan is Plan<'approve envelope'> => plan.subject.how === 'envelope';
