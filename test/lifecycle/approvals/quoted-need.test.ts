import { expect, test } from 'vitest';
import { asked, called } from '../../support/approval/approved-call.ts';
import { emptied } from '../../support/approval/emptied.ts';
import { quoted, sends } from '../../support/approval/funding.ts';
import { withFunder } from '../../support/approval/with-funder.ts';
import { codeOf, failureOf } from '../../support/lifecycle-calls.ts';
import { postVProgram } from '../../support/strays/v-program.ts';
import { testContext } from '../../support/test-context.ts';

/** 0.228 USD, above the 0.10 that asks. */
const big = { name: 'big', cu: 4, ttl: '4h', crn: 'http://crn-0.devnet.test', wait: false };
const hourMs = 3_600_000;

test('W-022 a pending request whose sum is less than what the account lacks by now is asked anew', async () => {
  const t = await testContext();
  await withFunder(t);
  const first = await asked(t, 'vm create', big);
  expect(quoted(t, first.id).credits / 10_000n).toBe(23n);
  await emptied(t, 1_500_000n);
  // 0.10 USD are lacking, and the sum is more
  expect((await asked(t, 'vm create', big)).id).toBe(first.id);
  await emptied(t, 50_000n);
  // whoever was just asked may have signed it
  expect((await asked(t, 'vm create', big)).id).toBe(first.id);
  await t.devnet.clock.advance(10 * 60_000);
  const second = await asked(t, 'vm create', big);
  expect(second.id).not.toBe(first.id);
  expect(t.ledger.approval(first.id)?.state).toBe('void');
  const { to, credits } = quoted(t, second.id);
  expect(credits).toBeGreaterThan(1_546_000n);
  expect((await asked(t, 'vm create', big)).id).toBe(second.id);
  await sends(t, { to, credits });
  expect((await called(t, 'vm create', big)).kind).toBe('result');
});

test('W-022 a quoted sum is enough until its request expires, although something else of the account uses credits', async () => {
  const t = await testContext();
  await withFunder(t);
  await postVProgram(t, await t.context.keys.signer('agent', 'devnet'));
  // until it is charged for the first time, a day of its use is taken for unbilled
  await t.devnet.clock.advance(2 * hourMs);
  await emptied(t, 1_600_000n);
  const { id } = await asked(t, 'vm create', big);
  const { to, credits } = quoted(t, id);
  await t.devnet.clock.advance(23 * hourMs);
  expect((await asked(t, 'vm create', big)).id).toBe(id);
  await sends(t, { to, credits });
  expect((await called(t, 'vm create', big)).kind).toBe('result');
});

test('W-022 N-05 a sum that was sent is asked for once, although hosts do not tell that it came and the account lacks more by now', async () => {
  let silent = false;
  const t = await testContext({
    spoil: async (response, { url }) =>
      silent && url.includes('credit_history') && url.startsWith(ccnB()) ? new Response('busy', { status: 502 }) : response,
  });
  function ccnB(): string {
    return t.devnet.origins.ccnB;
  }
  await withFunder(t);
  const { id } = await asked(t, 'vm create', big);
  await emptied(t, 50_000n);
  await t.devnet.clock.advance(11 * 60_000);
  await sends(t, quoted(t, id));
  silent = true;
  expect(await failureOf(called(t, 'vm create', big))).toMatchObject({
    code: 'NETWORK_UNAVAILABLE',
    message: expect.stringContaining(id),
    details: { sideEffects: 'none', facts: { approval: id } },
  });
  expect(
    t.ledger
      .approvals({})
      .filter(({ state }) => state === 'pending')
      .map((row) => row.id),
  ).toEqual([id]);
  silent = false;
  // it counts, and what else is lacking is what is said
  expect(await codeOf(called(t, 'vm create', big))).not.toBe('APPROVAL_NEEDED');
  expect(t.ledger.approval(id)?.state).toBe('granted');
  t.devnet.ccn.fund(t.account, 2_000_000n);
  await t.devnet.clock.advance(60_000);
  expect((await called(t, 'vm create', big)).kind).toBe('result');
});

test('W-022 a sum that was signed while the account came to lack more approves the request that it was quoted for', async () => {
  const t = await testContext();
  await withFunder(t);
  const { id } = await asked(t, 'vm create', big);
  const sum = quoted(t, id);
  await emptied(t, 50_000n);
  await t.devnet.clock.advance(5 * 60_000);
  expect((await asked(t, 'vm create', big)).id).toBe(id);
  await sends(t, sum);
  await codeOf(called(t, 'vm create', big));
  expect(t.ledger.approval(id)?.state).toBe('granted');
});
