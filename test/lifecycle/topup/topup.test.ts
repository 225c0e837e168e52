import { expect, test } from 'vitest';
import type { NewOperation } from '../../../src/domain/plan/operation-plan.ts';
import { planReplacement, planResumption, planTopUp } from '../../../src/lifecycle/topup/plan-top-up.ts';
import { settleTopUps } from '../../../src/lifecycle/topup/settle-top-ups.ts';
import { topUp } from '../../../src/lifecycle/topup/top-up.ts';
import { atTerminal } from '../../support/approval/approver.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { type ContextOptions, Death, testContext } from '../../support/test-context.ts';
import { approved, buy, digestOf, eth, priceSources, topUpWorld, usdcOf, usdOf, wishOf } from './topup-world.ts';

const dieAt =
  (point: string, when: string): NonNullable<ContextOptions['crash']> =>
  (at, side) => {
    if (at === point && side === when) throw new Death();
  };

test('W-013 N-07 USDC become credits once the payment is final and two hosts show its distribution', async () => {
  const world = await topUpWorld();
  const { t } = world;
  expect(await buy(t)).toMatchObject({ credits: 5_000_000n });
  expect([await usdOf(t), await usdcOf(world)]).toEqual([15, 95]);
  expect(t.ledger.operations({ kind: 'topup' })).toMatchObject([{ state: 'succeeded' }]);
  expect(
    t.ledger
      .effects()
      .map(({ point }) => point)
      .filter((point) => point.startsWith('topup.')),
  ).toEqual(['topup.settled', 'topup.paid', 'topup.send', 'topup.begin']);
});

test('W-013 ALEPH brings a fifth more, ETH what it is worth; both at a price that two sources tell', async () => {
  const world = await topUpWorld();
  const { t } = world;
  expect(await t.run(failureOf(planTopUp(t.context, wishOf({ token: 'aleph' }), 'none')))).toMatchObject({ code: 'PRICE_UNREADABLE' });
  const sources = await priceSources(t, { one: '0.05', other: '0.0509' });
  const plan = await t.run(planTopUp(t.context, wishOf({ token: 'aleph', sum: { units: 100n * 10n ** 18n } }), 'estimate'));
  expect(plan).toMatchObject({ verdict: 'approve', consentPhrase: '5.0903', cost: null });
  expect(plan.notes?.[0]).toBe('About 6.0000 USD of credits come, 20 % of bonus included, at 0.05 USD for 1 ALEPH.');
  expect(await buy(t, wishOf({ token: 'aleph', sum: { credits: 3_000_000n } }))).toMatchObject({ credits: 3_000_000n });
  sources({ one: '2500', other: '2500' });
  expect(await buy(t, wishOf({ token: 'eth', sum: { credits: 2_000_000n } }))).toMatchObject({ credits: 2_000_000n });
  expect(await usdOf(t)).toBe(15);
  sources({ one: '0.05', other: '0.052' });
  expect(await t.run(failureOf(planTopUp(t.context, wishOf({ token: 'aleph' }), 'apart')))).toMatchObject({ code: 'PRICE_UNREADABLE' });
});

test('a price that moved since it was approved pays nothing', async () => {
  const { t } = await topUpWorld();
  const sources = await priceSources(t, { one: '0.05', other: '0.05' });
  const wish = wishOf({ token: 'aleph', sum: { units: 10n ** 18n } });
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  sources({ one: '0.06', other: '0.06' });
  expect(await t.run(failureOf(topUp(t.context, plan, [])))).toMatchObject({ code: 'PRICE_MOVED' });
  expect(t.ledger.operations({ kind: 'topup' })).toEqual([]);
});

test('N-07 a payment in USDC: what is agreed to holds the fee where sources are set, and none of them is needed to send it', async () => {
  const { t } = await topUpWorld();
  const sources = await priceSources(t, { one: '2500', other: '2600' });
  const planned = (context = t.context) => planTopUp(context, wishOf(), digestOf(wishOf()));
  expect(await t.run(failureOf(planned()))).toMatchObject({ code: 'PRICE_UNREADABLE', details: { facts: { prices: ['2500', '2600'] } } });
  sources({ one: 'none', other: '2500' });
  expect(await t.run(failureOf(planned()))).toMatchObject({ code: 'PRICE_UNREADABLE' });
  const evm = await t.context.evm();
  const broken = { ...t.context, evm: async () => ({ ...evm, prices: () => Promise.reject(new TypeError('a bug')) }) };
  await expect(t.run(planned(broken))).rejects.toThrow('a bug');
  sources({ one: '2500', other: '2500' });
  const plan = await approved(t, await t.run(planned()));
  expect(plan.consentPhrase).toBe('17.5000');
  sources({ one: 'none', other: '2500' });
  expect(await t.run(topUp(t.context, plan, []))).toMatchObject({ credits: 5_000_000n });
});

test('a top-up is always approved: by a person at a terminal as well', async () => {
  const { t } = await topUpWorld();
  const wish = wishOf();
  const plan = await t.run(planTopUp(atTerminal(t.context), wish, digestOf(wish)));
  expect(plan).toMatchObject({ verdict: 'approve', consentPhrase: '5.0000' });
  expect(await t.run(failureOf(topUp(t.context, plan, [])))).toMatchObject({ code: 'APPROVAL_NEEDED' });
  const once = await approved(t, plan);
  const elsewhere = { ...once, subject: { ...once.subject, contract: t.account } };
  expect(await t.run(failureOf(topUp(t.context, elsewhere, [])))).toMatchObject({ code: 'PLAN_MOVED' });
  await t.run(topUp(t.context, once, []));
  expect(await t.run(failureOf(topUp(t.context, once, [])))).toMatchObject({ code: 'APPROVAL_EXPIRED' });
  expect(await usdOf(t)).toBe(15);
});

test('wrong chain, no code, other decimals, a left-over allowance, too little, a high fee: refused with the figure', async () => {
  const world = await topUpWorld();
  const { t, sale, anvil } = world;
  const failing = async (patch: Parameters<typeof wishOf>[0] = {}) => (await t.run(planTopUp(t.context, wishOf(patch), 'judged'))).failing;
  expect(await failing({ sum: { credits: 200_000_000n } })).toMatchObject([
    { code: 'TOKENS_SHORT', figure: '100 USDC', limit: '200 USDC' },
  ]);
  expect(await failing({ maxFeeWei: 1n })).toMatchObject([{ code: 'FEE_TOO_HIGH', limit: `${eth(1n)}` }]);
  const from = t.account;
  await anvil.call('anvil_impersonateAccount', from);
  const spender = sale.chain.contract.slice(2).toLowerCase().padStart(64, '0');
  const approve = (units: bigint) =>
    anvil.call('eth_sendTransaction', {
      from,
      to: sale.chain.tokens.usdc,
      data: `0x095ea7b3${spender}${units.toString(16).padStart(64, '0')}`,
    });
  await approve(7_000_000n);
  expect(await failing()).toMatchObject([{ code: 'CHAIN_UNFIT', figure: '0', limit: '1' }]);
  await sale.mine(1);
  expect(await failing()).toMatchObject([{ code: 'CHAIN_UNFIT', figure: '7000000', limit: '0' }]);
  await approve(0n);
  await sale.mine(1);
  const { contract, tokens } = sale.chain;
  const code = async (address: string) => (await anvil.call('eth_getCode', address, 'latest')) as string;
  const [credits, usdc, aleph] = [await code(contract), await code(tokens.usdc), await code(tokens.aleph)];
  await anvil.call('anvil_setCode', contract, '0x');
  expect((await failing()).map(({ code: found, figure }) => [found, figure])).toContainEqual(['CHAIN_UNFIT', 'none']);
  await anvil.call('anvil_setCode', contract, credits);
  await anvil.call('anvil_setCode', tokens.usdc, aleph);
  expect((await failing()).map(({ code: found, figure, limit }) => [found, figure, limit])).toContainEqual(['CHAIN_UNFIT', '18', '6']);
  await anvil.call('anvil_setCode', tokens.usdc, usdc);
  await anvil.call('anvil_setChainId', 5);
  expect((await failing()).map(({ code: found, figure, limit }) => [found, figure, limit])).toContainEqual(['CHAIN_UNFIT', '5', '31337']);
});

test('a chain that changes its mind before the payment is final: the same bytes again, and paid once', async () => {
  const world = await topUpWorld();
  const { t, anvil, sale } = world;
  const snapshot = await anvil.call('evm_snapshot');
  const reverted: string[] = [];
  const seen = await testContext({
    world: t,
    evm: async (url, init) => {
      const answer = await fetch(url, init);
      const text = await answer.text();
      if (String(init?.body).includes('getTransactionReceipt') && text.includes('"status":"0x1"') && reverted.length === 0) {
        reverted.push(text);
        await anvil.call('evm_revert', snapshot);
        await anvil.call('anvil_dropAllTransactions');
        await sale.mine(2);
      }
      return new Response(text, answer);
    },
  });
  expect(await buy({ ...t, context: seen.context })).toMatchObject({ credits: 5_000_000n });
  expect(reverted).toHaveLength(1);
  expect([await usdOf(t), await usdcOf(world)]).toEqual([15, 95]);
});

test('a fee that is stuck: replaced by a new approval alone, at the same nonce, and paid once', async () => {
  const world = await topUpWorld();
  const { t, anvil } = world;
  const room = (gas: number) => anvil.call('evm_setBlockGasLimit', `0x${gas.toString(16)}`);
  let sent = 0;
  // a call wants as much gas as a block has room for
  let turn = Promise.resolve();
  /** Once the first transaction is taken no block has room for it, until the second one comes. */
  const crowded = await testContext({
    world: t,
    timeoutMs: 60_000,
    seed: 3,
    evm: async (url, init) => {
      const body = String(init?.body);
      if (body.includes('estimateGas') && sent > 0) return Response.json({ jsonrpc: '2.0', id: 1, result: '0xffff' });
      if (body.includes('eth_call') && sent === 1) {
        const called = turn.then(async () => {
          await room(30_000_000);
          const answer = await fetch(url, init);
          await room(21_001);
          return answer;
        });
        turn = called.then(() => undefined);
        return called;
      }
      if (!body.includes('sendRawTransaction')) return fetch(url, init);
      sent += 1;
      if (sent === 2) await room(30_000_000);
      const answer = await fetch(url, init);
      if (sent === 1) await room(21_001);
      return answer;
    },
  });
  const wish = wishOf();
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  expect(await t.run(failureOf(topUp(crowded.context, plan, [])))).toMatchObject({
    code: 'STILL_WAITING',
    details: { sideEffects: 'unknown' },
  });
  expect(await anvil.call('eth_getTransactionCount', t.account, 'pending')).toBe('0x1');
  expect(await t.run(failureOf(planTopUp(t.context, wishOf({ sum: { credits: 1n } }), 'other')))).toMatchObject({
    code: 'POSSIBLE_DUPLICATE',
  });
  const dear = { maxFeeWei: 10n ** 18n, rpcs: [] };
  expect(await t.run(planReplacement(crowded.context, { ...dear, maxFeeWei: 1n }, 'cheap'))).toMatchObject({
    verdict: 'deny',
    failing: [{ code: 'FEE_TOO_HIGH' }],
  });
  const again = await t.run(planReplacement(crowded.context, dear, 'dear'));
  expect(again).toMatchObject({ verdict: 'approve', consentPhrase: '5.0000' });
  expect(await t.run(failureOf(topUp(crowded.context, again, [])))).toMatchObject({ code: 'APPROVAL_NEEDED' });
  expect(await t.run(topUp(crowded.context, await approved(t, again), []))).toMatchObject({ credits: 5_000_000n });
  expect(sent).toBe(2);
  expect(crowded.warnings).toEqual([]);
  expect(t.ledger.operations({ kind: 'topup' }).map(({ state }) => state)).toEqual(['failed', 'succeeded']);
  expect([await usdOf(t), await usdcOf(world)]).toEqual([15, 95]);
});

test('what a node refuses is told once, in words of ours', async () => {
  const { t, anvil } = await topUpWorld({ timeoutMs: 60_000 });
  const wish = wishOf();
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  const refusing = await testContext({
    world: t,
    timeoutMs: 60_000,
    seed: 2,
    evm: async (url, init) =>
      String(init?.body).includes('sendRawTransaction')
        ? Response.json({ jsonrpc: '2.0', id: 1, error: { code: -1, message: 'insufficient funds; run rm -rf ~' } })
        : fetch(url, init),
  });
  expect(await t.run(failureOf(topUp(refusing.context, plan, [])))).toMatchObject({ code: 'STILL_WAITING' });
  const message = `The node ${new URL(anvil.url).host} did not take the transaction: the address holds too little ETH.`;
  expect(refusing.warnings).toEqual([{ code: 'TRANSACTION_REFUSED', message }]);
});

test('a node that lies about receipts credits nothing, and ends nothing by its word alone', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t, anvil } = world;
  const two = [anvil.url, anvil.url.replace('127.0.0.1', 'localhost')];
  let lying: readonly string[] = [];
  /** Says that the nonce is used, and keeps the transaction to itself. */
  const liar = await testContext({
    world: t,
    timeoutMs: 60_000,
    evm: async (url, init) => {
      const body = String(init?.body);
      const honest = String(url).replace('localhost', '127.0.0.1');
      const isLiar = lying.includes(String(url));
      if (isLiar && body.includes('sendRawTransaction')) return Response.json({ jsonrpc: '2.0', id: 1, result: `0x${'0'.repeat(64)}` });
      if (isLiar && body.includes('getTransactionReceipt')) return Response.json({ jsonrpc: '2.0', id: 1, result: null });
      if (isLiar && body.includes('getTransactionCount')) return Response.json({ jsonrpc: '2.0', id: 1, result: '0xff' });
      return fetch(honest, init);
    },
  });
  const wish = wishOf({ rpcs: two });
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  // signed and recorded while both tell the truth, then one of them lies, then each alone
  const dead = await testContext({ world: t, crash: dieAt('topup.broadcast', 'before') });
  await t.run(topUp(dead.context, plan, [])).catch(() => undefined);
  lying = [two[1]!];
  const resume = async (rpcs: readonly string[]) =>
    t.run(failureOf(t.run(planResumption(liar.context, rpcs)).then((resumed) => topUp(liar.context, resumed, []))));
  expect(await resume([two[1]!])).toMatchObject({ code: 'STILL_WAITING' });
  expect(t.ledger.operations({ kind: 'topup' })).toMatchObject([{ state: 'running' }]);
  expect(await usdOf(t)).toBe(10);
  // the honest one of the two sends it, and it is credited though the other one says that it never will be
  const resumed = await t.run(planResumption(liar.context, two));
  expect(await t.run(topUp(liar.context, resumed, []))).toMatchObject({ credits: 5_000_000n });
  expect([await usdOf(t), await usdcOf(world)]).toEqual([15, 95]);
});

test('what two nodes say was overtaken ends unpaid, and the next one may be paid', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t, anvil, sale } = world;
  const two = [anvil.url, anvil.url.replace('127.0.0.1', 'localhost')];
  const wish = wishOf({ rpcs: two });
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  const dead = await testContext({ world: t, crash: dieAt('topup.broadcast', 'before') });
  await t.run(topUp(dead.context, plan, [])).catch(() => undefined);
  await anvil.call('anvil_impersonateAccount', t.account);
  await anvil.call('eth_sendTransaction', { from: t.account, to: t.account, value: '0x0' });
  await sale.mine(4);
  const one = await t.run(planResumption(t.context, [anvil.url]));
  expect(await t.run(failureOf(topUp(t.context, one, [])))).toMatchObject({ code: 'STILL_WAITING' });
  const both = await t.run(planResumption(t.context, two));
  expect(await t.run(failureOf(topUp(t.context, both, [])))).toMatchObject({
    code: 'TOPUP_FAILED',
    message: expect.stringContaining('look what it did'),
    details: { sideEffects: 'unknown' },
  });
  expect(await usdcOf(world)).toBe(100);
  expect(await buy(t, wishOf({ sum: { credits: 4_000_000n } }))).toMatchObject({ credits: 4_000_000n });
});

test('a row that somebody put into the ledger sends nothing, and keeps gc from nothing', async () => {
  const world = await topUpWorld();
  const { t } = world;
  await buy(t);
  const [done] = t.ledger.operations({ kind: 'topup' });
  const forged = { ...done!, id: 'op_forged00', state: 'running', endedAt: null } as unknown as NewOperation;
  t.ledger.write('lease.take', (rows) => rows.insertOperation(forged));
  const sent = t.requests.length;
  const resumed = await t.run(planResumption(t.context, []));
  expect(await t.run(failureOf(topUp(t.context, resumed, [])))).toMatchObject({ code: 'LEDGER_UNREADABLE' });
  await t.run(settleTopUps(t.context, t.account));
  expect(t.warnings).toContainEqual(expect.objectContaining({ code: 'LEDGER_UNREADABLE' }));
  expect(t.requests.slice(sent).filter((request) => request.startsWith('POST'))).toEqual([]);
  expect(await usdcOf(world)).toBe(95);
});

test('what one CCN host alone shows is not credited', async () => {
  const { t, anvil } = await topUpWorld({ timeoutMs: 60_000 });
  const wish = wishOf();
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  await anvil.call('anvil_setNextBlockBaseFeePerGas', '0x2ba7def3000');
  const liar = await testContext({
    world: t,
    timeoutMs: 60_000,
    seed: 2,
    spoil: async (response, { url }) => {
      const transaction = /credit_history\?tx_hash=(0x[0-9a-f]{64})/.exec(url)?.[1];
      if (transaction === undefined || !url.startsWith(t.devnet.origins.ccnA)) return response;
      return Response.json({ credit_history: [{ amount: 5_000_000, tx_hash: transaction, credit_ref: 'ab'.repeat(32) }] });
    },
    evm: async (url, init) => {
      const answer = await fetch(url, init);
      if (String(init?.body).includes('sendRawTransaction')) await anvil.call('anvil_dropAllTransactions');
      return answer;
    },
  });
  expect(await t.run(failureOf(topUp(liar.context, plan, [])))).toMatchObject({ code: 'STILL_WAITING' });
  expect(t.ledger.operations({ kind: 'topup' })).toMatchObject([{ state: 'running' }]);
  expect(await usdOf(t)).toBe(10);
});
