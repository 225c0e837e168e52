import { expect, test } from 'vitest';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import { formatInstant } from '../../src/domain/text/instant.ts';
import { grantedPlan, requestApproval } from '../../src/lifecycle/approvals/approvals.ts';
import { diagnose } from '../../src/lifecycle/doctor/diagnose.ts';
import { planApprover } from '../../src/lifecycle/governance/plan-approver.ts';
import { setApprover } from '../../src/lifecycle/governance/set-approver.ts';
import { accountAtAGlance } from '../../src/lifecycle/view/account-at-a-glance.ts';
import { addressOf, approvedBy, atTerminal, boss, stranger, withApprover } from '../support/approval/approver.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

/** What `status` and `doctor` say of who set the approver. */
const told = async (t: TestContext) => {
  const { approver, approverOrigin } = await t.run(accountAtAGlance(t.context, true));
  const finding = (await t.run(diagnose(t.context))).find(({ check }) => check === 'approver');
  expect(finding?.says).toContain(approverOrigin?.says);
  return { approver, ...approverOrigin };
};

test('S-29 status and doctor name who set the approver, when, and the way back; root overrules', async () => {
  const t = await testContext();
  expect((await t.run(accountAtAGlance(t.context, true))).approverOrigin).toBeNull();
  // the agent types it, for a key of its own
  const at = t.context.clock.now();
  await withApprover(t, stranger);
  expect(await told(t)).toMatchObject({
    approver: addressOf(stranger),
    by: 'terminal',
    at: Math.trunc(at),
    says: expect.stringMatching(
      new RegExp(
        `^It was set on this machine at ${formatInstant(at)} \\(row \\d+ of the audit trail\\), by a person at a terminal or by what typed there\\..*root's own policy`,
      ),
    ),
  });

  const plan = await t.run(planApprover(atTerminal(t.context), 'policy approver set', addressOf(boss), 'set'));
  const { id } = await requestApproval(t.context, plan, 'set');
  await approvedBy(t, stranger, id);
  const seal = await t.run(setApprover(t.context, (await grantedPlan(t.context, 'set', id)) as typeof plan));
  await approvedBy(t, boss, seal!);
  expect(await told(t)).toMatchObject({
    approver: addressOf(boss),
    by: 'approver',
    says: expect.stringContaining(`predecessor ${addressOf(stranger)} signed`),
  });

  const rootPolicy = { path: '/etc/aleph-agent/policy.json', limits: defaultLimits, approver: `0x${'5'.repeat(40)}` };
  const under = await testContext({ world: t, seed: 2, rootPolicy });
  expect(await told(under)).toMatchObject({
    approver: rootPolicy.approver,
    by: 'machine',
    at: null,
    says: expect.stringContaining(rootPolicy.path),
  });
});
