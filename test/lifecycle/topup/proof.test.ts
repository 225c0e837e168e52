import { expect, test } from 'vitest';
import { topUpOf } from '../../../src/domain/plan/operation-plan.ts';
import { abandonTopUp, planAbandonment } from '../../../src/lifecycle/topup/abandon-top-up.ts';
import { saleNodes } from '../../../src/lifecycle/topup/credit-sale.ts';
import { planResumption, planTopUp } from '../../../src/lifecycle/topup/plan-top-up.ts';
import { settleTopUp } from '../../../src/lifecycle/topup/settle-top-up.ts';
import { topUp } from '../../../src/lifecycle/topup/top-up.ts';
import { recordPayment } from '../../../src/lifecycle/transfer/record-payment.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';
import {
  agreedTo,
  approved,
  begun,
  byWallet,
  digestOf,
  patient,
  replacedAndSent,
  states,
  topUpWorld,
  transfer,
  twins,
  uncredited,
  wishOf,
} from './topup-world.ts';

const told = ['https://good.example/a-key', 'https://fine.example/a-key'];
const evil = ['https://evil.example/a-key', 'https://evil2.example/a-key'];

const isAt = (urls: readonly string[], url: unknown): boolean => urls.some((each) => String(url) === each);

/** The told nodes show the chain as it is; the other two say that a transaction which they do not show took the nonce. */
const nodesOf =
  (anvil: string): typeof fetch =>
  async (url, init) => {
    if (isAt(told, url)) return fetch(anvil, init);
    if (!isAt(evil, url)) return fetch(url, init);
    const body = String(init?.body);
    const answer = (result: unknown) => Response.json({ jsonrpc: '2.0', id: 1, result });
    if (body.includes('getTransactionReceipt')) return answer(null);
    if (body.includes('getTransactionCount')) return answer('0xff');
    if (body.includes('eth_getLogs')) return answer([]);
    if (body.includes('getBlockByNumber') && body.includes('true')) {
      const taker = { hash: `0x${'ee'.repeat(32)}`, from: payer, to: payer, nonce: '0x0', value: '0x0', input: '0x' };
      return answer({ transactions: [taker] });
    }
    return fetch(anvil, init);
  };

let payer = '';

const toldWorld = async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  payer = world.t.account;
  const evm = nodesOf(world.anvil.url);
  const t: TestContext = await testContext({ world: world.t, timeoutMs: 60_000, seed: 12, evm });
  return { ...world, t, evm, operation: await begun(t, wishOf({ rpcs: told }), { evm }) };
};

test('N-07 --abandon: no other nodes than those that the top-up was begun with prove it over, and the words that are signed name them', async () => {
  const { t, operation, ...world } = await toldWorld();
  const planned = (rpcs: readonly string[]) => planAbandonment(t.context, { operation, rpcs }, 'abandon');
  expect(await t.run(failureOf(planned(evil)))).toMatchObject({
    code: 'INPUT_MISSING',
    message: expect.stringContaining('good.example and fine.example'),
    details: { facts: { missing: ['https://good.example', 'https://fine.example'] }, fix: { text: expect.stringContaining('--rpc URL') } },
  });
  expect(await t.run(failureOf(planned([told[0]!])))).toMatchObject({ code: 'INPUT_MISSING' });
  expect(await t.run(failureOf(planned([...told, ...evil])))).toMatchObject({ code: 'POSSIBLE_DUPLICATE' });
  await byWallet({ ...world, t }, { to: t.account, value: '0x0' });
  const plan = await t.run(planned(told));
  const hosts = ['good.example', 'fine.example'];
  expect(plan).toMatchObject({ subject: { how: 'overtaken', nodes: hosts }, terms: { nodes: hosts } });
  expect(plan.summary).toContain('The EVM nodes that prove it: good.example and fine.example.');
  const agreed = await agreedTo(t, plan);
  expect(await t.run(failureOf(abandonTopUp(t.context, agreed, evil)))).toMatchObject({ code: 'INPUT_MISSING' });
  expect(states(t)).toEqual(['running']);
  expect(await t.run(abandonTopUp(t.context, agreed, told))).toMatchObject({ nodes: hosts });
  expect(states(t)).toEqual(['failed']);
});

test('N-07 two other nodes of the call end no top-up as unpaid: those that it was begun with have to say so', async () => {
  const { t } = await toldWorld();
  const resumed = (rpcs: readonly string[]) =>
    t.run(failureOf(t.run(planResumption(t.context, rpcs)).then((plan) => topUp(t.context, plan, rpcs))));
  expect(await resumed(evil)).toMatchObject({ code: 'INPUT_MISSING', message: expect.stringContaining('good.example and fine.example') });
  expect(states(t)).toEqual(['running']);
});

/** Nodes that dropped their old states: they know that the nonce is used, and neither by what nor what was paid. */
const pruned =
  (anvil: string): typeof fetch =>
  async (url, init) => {
    const body = String(init?.body);
    if (!String(url).includes(new URL(anvil).port)) return fetch(url, init);
    if (body.includes('getTransactionReceipt')) return Response.json({ jsonrpc: '2.0', id: 1, result: null });
    return /eth_getLogs|getBlockByNumber.*true/.test(body)
      ? Response.json({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'missing trie node' } })
      : fetch(url, init);
  };

test.each([
  ['its replacement', false],
  ['what was seen to pay it', true],
])('N-07 --abandon: refused where the credits of %s came', async (_, paidByWallet) => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t, sale, anvil } = world;
  const operation = await begun(t);
  if (paidByWallet) {
    await byWallet(world, transfer(world, 5_000_000n));
    expect(await t.run(failureOf(resumedIn(await uncredited(t))))).toMatchObject({ code: 'STILL_WAITING' });
  } else {
    await replacedAndSent(t);
    await sale.mine(4);
  }
  await t.devnet.clock.advance(60_000);
  const blind = await patient(t, { evm: pruned(anvil.url), seed: 14 });
  const planned = planAbandonment(blind.context, { operation, rpcs: twins(world) }, 'abandon');
  expect(await t.run(failureOf(planned))).toMatchObject({
    code: 'POSSIBLE_DUPLICATE',
    message: expect.stringContaining('its credits came'),
  });
});

test('N-07 a word that its replacement paid ends no top-up and leaves its bytes: the credits end both', async () => {
  const { t, sale, anvil } = await topUpWorld({ timeoutMs: 60_000 });
  const operation = await begun(t);
  await replacedAndSent(t);
  await sale.mine(4);
  const lagging = await uncredited(t);
  const settled = async ({ context }: TestContext) =>
    settleTopUp(context, operation, { nodes: saleNodes(await context.evm(), [anvil.url]), untilMs: 0 });
  expect(await t.run(failureOf(settled(lagging)))).toMatchObject({ code: 'STILL_WAITING' });
  expect(states(t)).toEqual(['running', 'running']);
  expect(topUpOf(t.ledger.operation(operation)!).transaction.raw).toMatch(/^0x[0-9a-f]+$/);
  // both wait for the credits alone, and block no other one
  const other = wishOf({ sum: { credits: 4_000_000n } });
  const next = await approved(t, await t.run(planTopUp(t.context, other, digestOf(other))));
  expect(await t.run(failureOf(topUp(lagging.context, next, [])))).toMatchObject({ code: 'STILL_WAITING' });
  expect(states(t)).toEqual(['running', 'running', 'running']);
  await t.devnet.clock.advance(60_000);
  expect(await t.run(settled(t))).toMatchObject({ credits: 5_000_000n });
  expect(states(t)).toEqual(['failed', 'succeeded', 'running']);
});

test('N-07 a payment whose transaction changed after it was seen paid is credited by the one that paid in the end', async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const { t } = world;
  const operation = await begun(t);
  // a block that the chain left since had another transaction
  t.ledger.write('topup.paid', (rows) =>
    recordPayment(t.context, rows, 'topup.paid', t.ledger.operation(operation)!, {
      outcome: 'paid',
      credits: null,
      facts: { transaction: `0x${'ab'.repeat(32)}`, block: 1 },
    }),
  );
  const hash = await byWallet(world, transfer(world, 5_000_000n));
  await t.devnet.clock.advance(60_000);
  expect(await t.run(resumedIn(t))).toMatchObject({ operation, transaction: hash, credits: 5_000_000n });
});

const resumedIn = async ({ context }: TestContext) => topUp(context, await planResumption(context, []), []);
