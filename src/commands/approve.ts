import * as z from 'zod';
import { change } from '../contract/command.ts';
import { instant } from '../contract/fields.ts';
import { digest } from '../domain/canonical-json.ts';
import { Failure } from '../domain/failure.ts';
import { formatInstant } from '../domain/instant.ts';
import type { ApprovalRecord } from '../domain/ledger-records.ts';
import type { Plan } from '../domain/plan.ts';
import { grantApproval, openApproval } from '../lifecycle/approvals.ts';

export default change({
  name: 'approve',
  summary: 'Approve a plan that waits for a person, by typing its amount at a terminal',
  safety: 'change',
  input: z.object({ id: z.string().optional().describe('Approval (ap_…); the only one waiting when left out') }),
  positionals: ['id'],
  output: z.object({ approval: z.string(), plan: z.string(), state: z.string(), expiresAt: instant, action: z.string() }),
  failures: ['APPROVAL_NOT_FOUND', 'APPROVAL_EXPIRED', 'POLICY_REFUSED', 'AMBIGUOUS_ID'],
  examples: [],
  async plan(context, input) {
    const ledger = await context.ledger();
    const now = context.clock.now();
    const waiting = ledger.approvals({ state: 'pending', network: context.network }).filter(({ expiresAt }) => expiresAt > now);
    const row = input.id === undefined ? onlyOne(waiting) : openApproval(ledger, input.id, { network: context.network, now });
    const wanted = row.plan as Plan;
    if (!context.caller.person) {
      throw new Failure('POLICY_REFUSED', `Approval ${row.id} is for a person: an agent cannot give it to itself.`, {
        fix: { actor: 'human', command: `aleph-agent approve ${row.id}`, text: 'A person runs this at a terminal and types the amount.' },
        facts: { approval: row.id },
      });
    }
    const terms = { network: context.network, account: row.account, action: 'approve', approval: row.id, plan: row.planId };
    return {
      action: 'approve',
      id: digest(terms),
      terms,
      subject: { id: row.id, action: wanted.action },
      verdict: 'allow',
      failing: [],
      checks: wanted.checks,
      cost: wanted.cost,
      summary: wanted.summary,
      // What a person approves is typed, whatever the plan asked for.
      consentPhrase: wanted.consentPhrase ?? 'approve',
      expiresAt: wanted.expiresAt,
      approval: null,
    };
  },
  async apply(context, plan) {
    if (!context.caller.person) throw new Failure('POLICY_REFUSED', 'An approval is given by a person at a terminal.');
    const row = await grantApproval(context, plan.subject.id, 'terminal');
    return { approval: row.id, plan: row.planId, state: row.state, expiresAt: formatInstant(row.expiresAt), action: plan.subject.action };
  },
  text: ({ approval, expiresAt }) => `${approval} is granted until ${expiresAt}; the same command may now run.`,
  next: () => [{ command: 'aleph-agent status', why: 'what runs; the same call is made again' }],
});

const onlyOne = (waiting: readonly ApprovalRecord[]): ApprovalRecord => {
  if (waiting.length === 1) return waiting[0]!;
  if (waiting.length === 0) throw new Failure('APPROVAL_NOT_FOUND', 'Nothing waits for approval.');
  throw new Failure('AMBIGUOUS_ID', `${waiting.length} plans wait for approval; name one.`, {
    facts: { approvals: waiting.map(({ id }) => id) },
  });
};
