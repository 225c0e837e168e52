import { expect, test } from 'vitest';
import { topUpOf } from '../../../src/domain/plan/operation-plan.ts';
import { planResumption, planTopUp } from '../../../src/lifecycle/topup/plan-top-up.ts';
import { topUp } from '../../../src/lifecycle/topup/top-up.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { type ContextOptions, Death, type TestContext, testContext } from '../../support/test-context.ts';
import { approved, buy, digestOf, topUpWorld, usdcOf, usdOf, wishOf } from './topup-world.ts';

const twins = ['https://one.example', 'https://two.example'];

/** A top-up that is recorded and was never sent. */
const begun = async (t: TestContext, wish = wishOf()): Promise<void> => {
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  const dying = await testContext({
    world: t,
    seed: 7,
    crash: (at, side) => {
      if (at === 'topup.broadcast' && side === 'before') throw new Death();
    },
  });
  await t.run(topUp(dying.context, plan)).catch(() => undefined);
};

const resumed = (t: TestContext, { context }: TestContext, rpcs: readonly string[]) =>
  t.run(failureOf(t.run(planResumption(context, rpcs)).then((plan) => topUp(context, plan))));

const states = (t: TestContext): string[] => t.ledger.operations({ kind: 'topup' }).map(({ state }) => state);

/** Two nodes that say that the address sent 255 transactions and none of ours; of the chain that they name. */
const lying =
  (anvil: string, chainId: string): typeof fetch =>
  async (url, init) => {
    if (!twins.some((twin) => String(url).startsWith(twin))) return fetch(url, init);
    const body = String(init?.body);
    const answer = (result: unknown) => Response.json({ jsonrpc: '2.0', id: 1, result });
    if (body.includes('eth_chainId')) return answer(chainId);
    if (body.includes('getTransactionReceipt')) return answer(null);
    if (body.includes('getTransactionCount')) return answer('0xff');
    return fetch(anvil, init);
  };

const patient = (t: TestContext, options: ContextOptions) => testContext({ world: t, timeoutMs: 60_000, seed: 8, ...options });

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
  await begun(t);
  const evm = lying(anvil.url, '0x7a69');
  const liars = await patient(t, { evm });
  const deaf = await patient(t, {
    evm,
    instead: async ({ url }) =>
      url.startsWith(t.devnet.origins.ccnB) && url.includes('tx_hash') ? new Response('', { status: 503 }) : null,
  });
  expect(await resumed(t, deaf, twins)).toMatchObject({ code: 'STILL_WAITING' });
  expect(states(t)).toEqual(['running']);
  expect(await resumed(t, liars, twins)).toMatchObject({ code: 'TOPUP_FAILED' });
  const [operation] = t.ledger.operations({ kind: 'topup' });
  await anvil.call('eth_sendRawTransaction', topUpOf(operation!).transaction.raw);
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
