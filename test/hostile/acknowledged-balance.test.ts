import { expect, test } from 'vitest';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import { readPolicy } from '../../src/lifecycle/policy/policy-in-force.ts';
import { verifyLedger } from '../../src/lifecycle/trail/verify-ledger.ts';
import { withApprover } from '../support/approval/approver.ts';
import { createVm, planCreate } from '../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

const crn = 'http://crn-1.devnet.test';

const acknowledge = (t: TestContext, acknowledgedBalance: bigint | null): void => {
  const row = t.ledger.policy({ account: t.account })!;
  t.ledger.write('lease.take', (transaction) => transaction.putPolicy({ ...row, acknowledgedBalance }));
};

/** What the plan of a small VM says must stay, USD. */
const guard = async (t: TestContext): Promise<string> => {
  const { checks } = await t.run(planCreate(t.context, { crn: 'http://crn-2.devnet.test' }));
  return checks.find(({ code }) => code === 'BALANCE_GUARD')!.limit;
};

test('S-30 an edited row switches no balance guard off: the greatest balance that was seen counts, and verify finds the row', async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { crn }));
  expect((await t.run(verifyLedger(t.context, null))).policy).toEqual([]);
  for (const edited of [0n, null]) {
    acknowledge(t, edited);
    expect(await readPolicy(t.context, t.account)).toMatchObject({ acknowledgedBalance: 10_000_000n, balanceSettled: false });
    expect(await guard(t)).toBe('2.0000');
  }
  acknowledge(t, 0n);
  expect((await t.run(verifyLedger(t.context, null))).policy).toEqual([
    'Version 0 of the policy acknowledges a balance of 0.0000 USD, which the audit trail never saw.',
  ]);
});

test('S-30 a seal acknowledges a balance, and so does the machine’s own policy', async () => {
  const t = await testContext();
  await withApprover(t);
  expect(await readPolicy(t.context, t.account)).toMatchObject({ acknowledgedBalance: 10_000_000n, balanceSettled: true });
  const rootPolicy = { path: '/etc/aleph-agent/policy.json', limits: defaultLimits, approver: null, acknowledgedBalance: 1_000_000n };
  const governed = await testContext({ rootPolicy });
  await governed.run(createVm(governed.context, { crn }));
  expect(await readPolicy(governed.context, governed.account)).toMatchObject({ acknowledgedBalance: 1_000_000n, balanceSettled: true });
  expect(await guard(governed)).toBe('0.2000');
});
