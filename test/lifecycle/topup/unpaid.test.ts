import { expect, test } from 'vitest';
import { topUpOf } from '../../../src/domain/plan/operation-plan.ts';
import { closeTopUp } from '../../../src/lifecycle/topup/close-top-up.ts';
import { saleNodes } from '../../../src/lifecycle/topup/credit-sale.ts';
import { planResumption, planTopUp } from '../../../src/lifecycle/topup/plan-top-up.ts';
import { settleTopUp } from '../../../src/lifecycle/topup/settle-top-up.ts';
import { settleTopUps } from '../../../src/lifecycle/topup/settle-top-ups.ts';
import { topUp } from '../../../src/lifecycle/topup/top-up.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { Death, type TestContext, testContext } from '../../support/test-context.ts';
import { approved, buy, digestOf, patient, priceSources, replacedAndSent, topUpWorld, usdcOf, usdOf, wishOf } from './topup-world.ts';

const twins = ['https://one.example', 'https://two.example'];

/** A top-up that is recorded, and that no node heard of; by default its process died when it was about to send it. */
const begun = async (
  t: TestContext,
  { wish = wishOf(), at: [point, when] = ['topup.broadcast', 'before'], evm = globalThis.fetch } = {},
): Promise<void> => {
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  const dying = await testContext({
    world: t,
    seed: 7,
    evm,
    crash: (at, side) => {
      if (at === point && side === when) throw new Death();
    },
  });
  await t.run(topUp(dying.context, plan, [])).catch(() => undefined);
};

const resumed = (t: TestContext, { context }: TestContext, rpcs: readonly string[]) =>
  t.run(failureOf(t.run(planResumption(context, rpcs)).then((plan) => topUp(context, plan, []))));

const states = (t: TestContext): string[] => t.ledger.operations({ kind: 'topup' }).map(({ state }) => state);

/** Two nodes that say that the address sent 255 transactions and none of ours; of the chain that they name, and with this block where they show one. */
const lying =
  (anvil: string, chainId: string, transactions: object[] = []): typeof fetch =>
  async (url, init) => {
    if (!twins.some((twin) => String(url).startsWith(twin))) return fetch(url, init);
    const body = String(init?.body);
    const answer = (result: unknown) => Response.json({ jsonrpc: '2.0', id: 1, result });
    if (body.includes('eth_chainId')) return answer(chainId);
    if (body.includes('getTransactionReceipt')) return answer(null);
    if (body.includes('getTransactionCount')) return answer('0xff');
    if (body.includes('eth_getLogs')) return answer([]);
    if (body.includes('getBlockByNumber') && body.includes('true')) return answer({ transactions });
    return fetch(anvil, init);
  };

test('N-07 two nodes of another chain end no top-up, and the same call pays it once', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t, anvil } = world;
  await begun(t);
  expect(await resumed(t, await patient(t, { evm: lying(anvil.url, '0xaa36a7') }), twins)).toMatchObject({ code: 'STILL_WAITING' });
  expect(states(t)).toEqual(['running']);
  expect(await buy(t)).toMatchObject({ credits: 5_000_000n });
  expect([await usdOf(t), await usdcOf(world)]).toEqual([15, 95]);
});

test('N-07 nothing ends as unpaid while a CCN host is silent; and after a lie the approved nodes are asked before the next one is paid', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t, anvil, sale } = world;
  const sound: typeof fetch = (url, init) => fetch(twins.some((twin) => String(url).startsWith(twin)) ? anvil.url : url, init);
  await begun(await patient(t, { evm: sound, seed: 12 }), { wish: wishOf({ rpcs: twins }), evm: sound });
  const taker = { hash: `0x${'ee'.repeat(32)}`, from: t.account, to: t.account, nonce: '0x0', value: '0x0', input: '0x' };
  const evm = lying(anvil.url, '0x7a69', [taker]);
  const liars = await patient(t, { evm });
  const { raw } = topUpOf(t.ledger.operations({ kind: 'topup' })[0]!).transaction;
  const deaf = await patient(t, {
    evm,
    instead: async ({ url }) =>
      url.startsWith(t.devnet.origins.ccnB) && url.includes('tx_hash') ? new Response('', { status: 503 }) : null,
  });
  expect(await resumed(t, deaf, twins)).toMatchObject({ code: 'STILL_WAITING' });
  expect(states(t)).toEqual(['running']);
  // what they do not show may have paid
  const blind = await patient(t, { evm: lying(anvil.url, '0x7a69'), seed: 11 });
  expect(await resumed(t, blind, twins)).toMatchObject({ code: 'STILL_WAITING', message: expect.stringContaining('--abandon') });
  expect(await resumed(t, liars, twins)).toMatchObject({ code: 'TOPUP_FAILED', message: expect.stringContaining(taker.hash) });
  const [operation] = t.ledger.operations({ kind: 'topup' });
  await anvil.call('eth_sendRawTransaction', raw);
  await sale.mine(1);
  const other = wishOf({ sum: { credits: 4_000_000n } });
  expect(await t.run(failureOf(buy(t, other)))).toMatchObject({
    code: 'POSSIBLE_DUPLICATE',
    details: { facts: { operation: operation!.id } },
  });
  expect(await usdcOf(world)).toBe(95);
  await t.devnet.clock.advance(60_000);
  expect(await buy(t, other)).toMatchObject({ credits: 4_000_000n });
  expect([await usdOf(t), await usdcOf(world)]).toEqual([19, 91]);
});

test('N-07 a process whose row another one closed as not sent sends nothing', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  await begun(t);
  const [operation] = t.ledger.operations({ kind: 'topup' });
  let closed = false;
  const late = await patient(t, {
    // the other process gives the head up while this one asks what became of the transaction
    evm: async (url, init) => {
      if (!closed && String(init?.body).includes('getTransactionByHash')) {
        closed = true;
        t.ledger.write('topup.settled', (rows) => closeTopUp(t.context, rows, operation!, { failure: 'HEAD_UNPUBLISHED' }));
      }
      return fetch(url, init);
    },
  });
  expect(await resumed(t, late, [])).toMatchObject({ code: 'TOPUP_FAILED', details: { sideEffects: 'none' } });
  expect(closed).toBe(true);
  await t.devnet.clock.advance(60_000);
  expect([await usdOf(t), await usdcOf(world)]).toEqual([10, 100]);
});

test('N-07 of two transactions with one nonce the paid one is told, and nobody hears that the tokens are still there', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t, anvil, sale } = world;
  await begun(t);
  await replacedAndSent(t);
  expect(states(t)).toEqual(['running', 'running']);
  await sale.mine(4);
  const two = saleNodes(await t.context.evm(), [anvil.url, anvil.url.replace('127.0.0.1', 'localhost')]);
  const lagging = await patient(t, {
    seed: 10,
    spoil: async (response, { url }) => (url.includes('tx_hash') ? Response.json({ credit_history: [] }) : response),
  });
  const [first, second] = t.ledger.operations({ kind: 'topup' });
  const settling = settleTopUp(lagging.context, first!.id, { nodes: two, untilMs: t.devnet.clock.now() + 30_000 });
  expect(await t.run(failureOf(settling))).toMatchObject({ code: 'STILL_WAITING', details: { facts: { operation: second!.id } } });
  expect(states(t)).toEqual(['running', 'running']);
  await t.run(settleTopUps(t.context, t.account));
  expect(await t.run(settleTopUp(t.context, first!.id, { nodes: two, untilMs: 0 }))).toMatchObject({ operation: second!.id });
  expect([...t.warnings, ...lagging.warnings]).toEqual([]);
  expect([states(t), await usdOf(t), await usdcOf(world)]).toEqual([['failed', 'succeeded'], 15, 95]);
});

test('N-07 a round that credits the replacement says nothing of the transaction that it replaced', async () => {
  const { t, sale } = await topUpWorld({ timeoutMs: 60_000 });
  await begun(t);
  await replacedAndSent(t);
  await sale.mine(4);
  await t.devnet.clock.advance(60_000);
  await t.run(settleTopUps(t.context, t.account));
  expect([states(t), t.warnings]).toEqual([['failed', 'succeeded'], []]);
});

test('N-07 what was recorded and never sent is not sent after ten minutes: it ends, and its bytes are gone', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  await begun(t, { at: ['topup.begin', 'after'] });
  await t.devnet.clock.advance(11 * 60_000);
  await t.run(settleTopUps(t.context, t.account));
  expect(t.warnings).toMatchObject([{ code: 'PLAN_MOVED' }]);
  const [ended] = t.ledger.operations({ kind: 'topup' });
  expect([ended?.state, ended?.failure, topUpOf(ended!).transaction.raw]).toEqual(['failed', 'PLAN_MOVED', '']);
  expect(await usdcOf(world)).toBe(100);
  expect(await buy(t)).toMatchObject({ credits: 5_000_000n });
  expect(t.ledger.operations({ kind: 'topup' }).map((operation) => topUpOf(operation).transaction.raw)).toEqual(['', '']);
});

test('N-07 what was recorded and never sent is not sent at another price', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  const sources = await priceSources(t, { one: '0.05', other: '0.05' });
  await begun(t, { wish: wishOf({ token: 'aleph', sum: { units: 10n ** 18n } }), at: ['topup.begin', 'after'] });
  sources({ one: '0.02', other: '0.02' });
  expect(await resumed(t, t, [])).toMatchObject({ code: 'PRICE_MOVED' });
  expect(t.ledger.effects({ point: 'topup.send' })).toEqual([]);
  sources({ one: '0.05', other: '0.05' });
  await t.run(t.run(planResumption(t.context, [])).then((plan) => topUp(t.context, plan, [])));
  expect(states(t)).toEqual(['succeeded']);
});

test('N-07 a payment that waits only for its credits blocks no other one, and is credited when they come', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  await begun(t);
  let undistributed = true;
  const lagging = await patient(t, {
    spoil: async (response, { url }) => (undistributed && url.includes('tx_hash') ? Response.json({ credit_history: [] }) : response),
  });
  expect(await resumed(t, lagging, [])).toMatchObject({ code: 'STILL_WAITING' });
  expect([states(t), t.ledger.effects({ point: 'topup.paid' }).length]).toEqual([['running'], 1]);
  const other = wishOf({ sum: { credits: 4_000_000n } });
  expect(await buy(t, other)).toMatchObject({ credits: 4_000_000n });
  expect(states(t)).toEqual(['running', 'succeeded']);
  undistributed = false;
  await t.run(settleTopUps(t.context, t.account));
  expect([states(t), await usdcOf(world)]).toEqual([['succeeded', 'succeeded'], 91]);
});

test('N-07 a distribution in several rows is credited with their sum', async () => {
  const { t } = await topUpWorld({ timeoutMs: 60_000 });
  await begun(t);
  const split = await patient(t, {
    spoil: async (response, { url }) => {
      if (!url.includes('tx_hash')) return response;
      const answer = (await response.json()) as { credit_history: { amount: number }[] };
      const rows = answer.credit_history.flatMap((row) => [1_000_000, row.amount - 1_000_000].map((amount) => ({ ...row, amount })));
      return Response.json({ ...answer, credit_history: rows }, { status: response.status });
    },
  });
  const plan = await t.run(planResumption(split.context, []));
  expect(await t.run(topUp(split.context, plan, []))).toMatchObject({ credits: 5_000_000n });
});
