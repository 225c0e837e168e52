import { expect, test } from 'vitest';
import { factsOf } from '../../../src/domain/ledger/effect-facts.ts';
import { abandonTopUp, planAbandonment } from '../../../src/lifecycle/topup/abandon-top-up.ts';
import { planReplacement, planResumption, planTopUp } from '../../../src/lifecycle/topup/plan-top-up.ts';
import { settleTopUps } from '../../../src/lifecycle/topup/settle-top-ups.ts';
import { topUp } from '../../../src/lifecycle/topup/top-up.ts';
import { cli } from '../../support/cli-world.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';
import {
  agreedTo,
  approved,
  begun,
  buy,
  byWallet,
  digestOf,
  priceSources,
  states,
  topUpWorld,
  transfer,
  twins,
  uncredited,
  usdcOf,
  usdOf,
  wishOf,
} from './topup-world.ts';

const resumed = async (t: TestContext, rpcs: readonly string[]) =>
  t.run(t.run(planResumption(t.context, rpcs)).then((plan) => topUp(t.context, plan, rpcs)));

test('N-07 a wallet that sped a top-up up completes it by its own transaction, once', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  const operation = await begun(t);
  const hash = await byWallet(world, transfer(world, 5_000_000n));
  await t.devnet.clock.advance(60_000);
  expect(await resumed(t, [])).toMatchObject({ operation, transaction: hash, credits: 5_000_000n });
  expect([states(t), await usdOf(t), await usdcOf(world)]).toEqual([['succeeded'], 15, 95]);
  const [settled] = t.ledger.effects({ operation, point: 'topup.settled' });
  expect(factsOf('topup.settled', settled!)).toMatchObject({ transaction: hash });
  expect(await buy(t, wishOf({ sum: { credits: 4_000_000n } }))).toMatchObject({ credits: 4_000_000n });
});

test('N-07 ETH that a wallet sped up is found as well, without a log of any token', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t, sale } = world;
  await priceSources(t, { one: '2500', other: '2500' });
  await begun(t, wishOf({ token: 'eth', sum: { units: 2n * 10n ** 15n } }));
  const hash = await byWallet(world, { to: sale.chain.contract, value: '0x71afd498d0000' });
  await t.devnet.clock.advance(60_000);
  expect(await resumed(t, [])).toMatchObject({ transaction: hash, credits: 5_000_000n });
});

test('N-07 a transaction that took the nonce and pays another sum ends the top-up as unpaid, and is named', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  await begun(t);
  const hash = await byWallet(world, transfer(world, 4_999_999n));
  expect(await t.run(failureOf(resumed(t, twins(world))))).toMatchObject({
    code: 'TOPUP_FAILED',
    message: expect.stringContaining(hash),
    details: { sideEffects: 'unknown' },
  });
  expect(states(t)).toEqual(['failed']);
});

test('N-07 --abandon: refused while it may be paid, by one node alone, and where its credits came', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t, anvil } = world;
  const operation = await begun(t);
  const refused = (rpcs: readonly string[]) => t.run(failureOf(planAbandonment(t.context, { operation, rpcs }, 'abandon')));
  expect(await refused(twins(world))).toMatchObject({ code: 'POSSIBLE_DUPLICATE', message: expect.stringContaining('does not know it') });
  expect(await refused([anvil.url])).toMatchObject({ code: 'INPUT_MISSING' });
  expect(await t.run(failureOf(planAbandonment(t.context, { operation: 'op_none', rpcs: [] }, 'abandon')))).toMatchObject({
    code: 'OPERATION_NOT_FOUND',
    message: expect.stringContaining(operation),
  });
  await byWallet(world, transfer(world, 5_000_000n));
  await t.devnet.clock.advance(60_000);
  expect(await refused(twins(world))).toMatchObject({ code: 'POSSIBLE_DUPLICATE', message: expect.stringContaining('credits came') });
  expect(states(t)).toEqual(['running']);
});

test('N-07 --abandon: what two nodes say is overtaken and do not show ends by a person alone, and the next one is paid', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  const operation = await begun(t);
  await byWallet(world, { to: t.account, value: '0x0' });
  const pruned = await testContext({
    world: t,
    timeoutMs: 60_000,
    seed: 8,
    evm: async (url, init) =>
      /eth_getLogs|getBlockByNumber.*true/.test(String(init?.body))
        ? Response.json({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'missing trie node' } })
        : fetch(url, init),
  });
  const rpcs = twins(world);
  expect(await t.run(failureOf(resumed(pruned, rpcs)))).toMatchObject({ code: 'STILL_WAITING' });
  const plan = await t.run(planAbandonment(pruned.context, { operation, rpcs }, 'abandon'));
  expect(plan).toMatchObject({ verdict: 'approve', consentPhrase: operation, subject: { how: 'overtaken', by: null } });
  expect(await t.run(failureOf(abandonTopUp(pruned.context, plan, rpcs)))).toMatchObject({ code: 'APPROVAL_NEEDED' });
  const agreed = await agreedTo(t, plan);
  // meanwhile a node shows more than what was approved
  expect(await t.run(failureOf(abandonTopUp(t.context, agreed, rpcs)))).toMatchObject({ code: 'PLAN_MOVED' });
  expect(states(t)).toEqual(['running']);
  expect(await t.run(abandonTopUp(pruned.context, agreed, rpcs))).toMatchObject({ operation, how: 'overtaken' });
  expect(states(t)).toEqual(['failed']);
  expect(await t.run(failureOf(abandonTopUp(pruned.context, agreed, rpcs)))).toMatchObject({ code: 'PLAN_MOVED' });
  expect(await buy(t, wishOf({ sum: { credits: 4_000_000n } }))).toMatchObject({ credits: 4_000_000n });
  expect([await usdOf(t), await usdcOf(world)]).toEqual([14, 96]);
});

test('N-07 --abandon: what was paid and never credited says what is lost, stays on record, and blocks nothing', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  const operation = await begun(t);
  const silent = await uncredited(t);
  expect(await t.run(failureOf(resumed(silent, [])))).toMatchObject({ code: 'STILL_WAITING' });
  const rpcs = twins(world);
  const plan = await t.run(planAbandonment(silent.context, { operation, rpcs }, 'abandon'));
  expect(plan.summary).toMatch(/transaction 0x[0-9a-f]{64} paid 5 USDC and no credits came. The tokens are gone/);
  await t.run(abandonTopUp(silent.context, await agreedTo(t, plan), rpcs));
  const [settled] = t.ledger.effects({ operation, point: 'topup.settled' });
  expect(factsOf('topup.settled', settled!)).toMatchObject({ post: null, reason: 'abandoned' });
  const history = (form: string) => t.run(cli(`credits history ${form}`, { context: t.context, environment: { NO_COLOR: '1' } }));
  const [known] = (await history('--json --full')).json().data['topUps'] as Record<string, unknown>[];
  expect(known).toMatchObject({ operation, amount: '5 USDC', state: 'abandoned', paidBy: plan.subject.by });
  expect((await history('')).stdout).toContain(`${operation}  5 USDC  given up`);
  const other = wishOf({ sum: { credits: 4_000_000n } });
  const next = await approved(t, await t.run(planTopUp(t.context, other, digestOf(other))));
  expect(await t.run(failureOf(topUp(silent.context, next, [])))).toMatchObject({ code: 'STILL_WAITING' });
  await t.run(settleTopUps(t.context, t.account));
  expect([states(t), await usdcOf(world)]).toEqual([['failed', 'succeeded'], 91]);
});

test('N-07 a top-up of another devnet with the same name is nothing of this one: it goes on where it belongs', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  const operation = await begun(t);
  const elsewhere = { ...t.context, networkId: 'f'.repeat(32) };
  const listed = async (context: typeof t.context): Promise<number> => {
    const { data } = (await t.run(cli('credits history --json --full', { context, environment: { NO_COLOR: '1' } }))).json();
    return ((data['topUps'] ?? []) as unknown[]).length;
  };
  expect([await listed(t.context), await listed(elsewhere)]).toEqual([1, 0]);
  expect(await t.run(failureOf(planResumption(elsewhere, [])))).toMatchObject({ code: 'OPERATION_NOT_FOUND' });
  const other = wishOf({ sum: { credits: 4_000_000n } });
  expect(await t.run(planTopUp(elsewhere, other, 'other'))).toMatchObject({ verdict: 'approve' });
  expect(await t.run(failureOf(planTopUp(t.context, other, 'other')))).toMatchObject({ code: 'POSSIBLE_DUPLICATE' });
  await t.run(settleTopUps(elsewhere, t.account));
  expect(states(t)).toEqual(['running']);
  const [at] = t.ledger.effects({ operation, point: 'topup.begin' });
  expect(factsOf('topup.begin', at!)).toMatchObject({ networkId: t.context.networkId, chainId: 31337 });
});

test('N-07 the sum that is approved holds the highest fee, at the higher price; a replacement is counted anew', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  await priceSources(t, { one: '2500', other: '2510' });
  const plan = await t.run(planTopUp(t.context, wishOf(), digestOf(wishOf())));
  expect(plan.consentPhrase).toBe('17.5500');
  expect(plan.summary).toContain('at most 0.005 ETH of fees (12.5500 USD)');
  await begun(t);
  const dear = await t.run(planReplacement(t.context, { maxFeeWei: 10n ** 16n, rpcs: [] }, 'dear'));
  expect(dear).toMatchObject({ verdict: 'approve', consentPhrase: '30.1000' });
  expect(await t.run(failureOf(topUp(t.context, dear, [])))).toMatchObject({ code: 'APPROVAL_NEEDED' });
});
