import { expect, test } from 'vitest';
import { wasGiven } from '../../../src/lifecycle/approvals/is-given.ts';
import { prepareSignatures } from '../../../src/lifecycle/policy/policy-history.ts';
import { asked, called } from '../../support/approval/approved-call.ts';
import { approvedBy, boss, withApprover } from '../../support/approval/approver.ts';
import { quoted, sends } from '../../support/approval/funding.ts';
import { withFunder } from '../../support/approval/with-funder.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

/** 0.228 USD, above the 0.10 that asks. */
const big = { name: 'big', cu: 4, ttl: '4h', crn: 'http://crn-0.devnet.test', wait: false };

const counts = async (t: TestContext, id: string): Promise<boolean> => {
  await prepareSignatures(t.context);
  return wasGiven(t.ledger, t.ledger.approval(id)!, t.context);
};

test('W-022 what counted when it was used counts for ever: by the trail, whoever funds or approves by now, and whatever the row says', async () => {
  const t = await testContext();
  await withFunder(t);
  const { id } = await asked(t, 'vm create', big);
  await sends(t, quoted(t, id));
  await called(t, 'vm create', big);
  expect(await counts(t, id)).toBe(true);
  t.ledger.write('lease.take', (transaction) => transaction.updateApproval(id, { decidedAt: 0 }));
  await called(t, 'vm destroy', { vms: ['big'] });
  await t.devnet.clock.advance(30 * 3_600_000);
  expect(await counts(t, id)).toBe(true);
  await called(t, 'policy set', { funder: 'none' });
  expect(await counts(t, id)).toBe(true);
  await withApprover(t);
  expect(await counts(t, id)).toBe(true);
  // a row that somebody set to used has no row of the trail
  const row = t.ledger.approval(id)!;
  t.ledger.write('lease.take', (transaction) => transaction.insertApproval({ ...row, id: 'ap_forged00', plan: row.plan as never }));
  expect(await counts(t, 'ap_forged00')).toBe(false);
  // nor does one count that nobody was entitled to give then
  const signed = await asked(t, 'vm create', { ...big, name: 'second' });
  await approvedBy(t, boss, signed.id);
  await called(t, 'vm create', { ...big, name: 'second' });
  expect(await counts(t, signed.id)).toBe(true);
  t.ledger.write('lease.take', (transaction) => transaction.updateApproval(signed.id, { signature: null }));
  expect(await counts(t, signed.id)).toBe(false);
});
