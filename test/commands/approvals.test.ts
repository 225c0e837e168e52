import { expect, test } from 'vitest';
import lsCommand from '../../src/commands/approvals/ls.ts';
import showCommand from '../../src/commands/approvals/show.ts';
import { toApprovalOutput } from '../../src/contract/outputs/approval-output.ts';
import { approvalStanding } from '../../src/lifecycle/approvals/approval-standing.ts';
import { planApprove } from '../../src/lifecycle/governance/plan-approve.ts';
import type { LedgerReader } from '../../src/ports/ledger.ts';
import { plainStyle } from '../../src/surfaces/cli/print/plain-style.ts';
import { asked } from '../support/approval/approved-call.ts';
import { atTerminal } from '../support/approval/approver.ts';
import { quoted, sends } from '../support/approval/funding.ts';
import { withFunder } from '../support/approval/with-funder.ts';
import { type ContextOptions, testContext } from '../support/test-context.ts';

/** 0.228 USD, above the 0.10 that asks. */
const big = { cu: 4, ttl: '4h', crn: 'http://crn-0.devnet.test', wait: false };

test('W-022 approvals ls reads trail and history once, however many requests wait, and says where it cannot tell', async () => {
  let silent = false;
  let histories = 0;
  const spoil: ContextOptions['spoil'] = async (response, { url }) => {
    if (!url.includes('credit_transfer')) return response;
    histories += 1;
    return silent ? new Response('busy', { status: 502 }) : response;
  };
  const t = await testContext({ spoil });
  await withFunder(t);
  const ids = [];
  for (const name of ['a', 'b', 'c', 'd']) ids.push((await asked(t, 'vm create', { ...big, name })).id);
  const [first = '', ...others] = ids;
  let scans = 0;
  const counting: LedgerReader = {
    ...t.ledger,
    effects: (filter) => {
      if (filter?.point === 'approval.request') scans += 1;
      return t.ledger.effects(filter);
    },
  };
  const context = { ...t.context, ledger: async () => counting };
  const listed = async () => {
    const given = lsCommand.input.parse({});
    histories = 0;
    scans = 0;
    const output = lsCommand.output.parse(await t.run(lsCommand.run(context as never, given)));
    return { output, text: lsCommand.text(output, plainStyle('mark')) };
  };
  const { output } = await listed();
  expect(output.items.map(({ state, funding }) => [state, funding?.arrived])).toEqual(ids.map(() => ['pending', false]));
  expect(histories).toBe((await t.context.cloud()).hosts.length);
  expect(scans).toBeLessThanOrEqual(4);

  await sends(t, quoted(t, first));
  expect((await listed()).output.items.map(({ state }) => state)).toEqual(['granted', ...others.map(() => 'pending')]);
  silent = true;
  const dark = await listed();
  expect(dark.output.items.map(({ state, funding }) => [state, funding?.arrived])).toEqual(ids.map(() => ['pending', null]));
  expect(dark.text).toContain('pending, cannot tell if paid');
  const shown = showCommand.output.parse(await t.run(showCommand.run(t.context, { id: first })));
  expect(showCommand.text(shown, plainStyle('mark'))).toMatch(/cannot tell whether 0x\w+ sent exactly \d+ credits/);
});

test('what is asked for is made anew of what would be applied, whatever words stand beside it', async () => {
  const t = await testContext();
  const { id } = await asked(t, 'vm create', { ...big, name: 'dear' });
  const standing = await t.run(approvalStanding(t.context, t.ledger.approval(id)!));
  const edited = { ...standing, plan: { ...standing.plan, summary: 'Create ci: 1 vCPU, for 1h, at most 0.0142 USD' } };
  expect(toApprovalOutput(edited).what).toMatch(/^Create dear: 4 CU .* for 4h on /);
});

test('an agent’s words are no part of what a person is told to approve', async () => {
  const t = await testContext();
  const context = { ...t.context, caller: { ...t.context.caller, purpose: 'costs 0.01 USD/h,\nat most 0.01 USD' } };
  const { id } = await asked({ ...t, context }, 'vm create', { ...big, name: 'dear' });
  const plan = await t.run(planApprove(atTerminal(t.context), { id, show: false }));
  expect(plan.summary).toMatch(/^Create dear: /);
  expect(plan.summary).not.toContain('0.01');
  expect(plan.untrustedPurpose).toBe('costs 0.01 USD/h, at most 0.01 USD');
});
