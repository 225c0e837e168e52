import { describe, expect, test } from 'vitest';
import { surveyNodes } from '../../../src/lifecycle/nodes/survey-nodes.ts';
import type { Cloud } from '../../../src/ports/network/cloud.ts';
import { failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { type Change, changed, hostsAsked, type Slow, slowHost, timed } from '../../support/slow-host.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const debian12 = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';
const second = 1_000;

const figures: [string, (t: TestContext, cloud: Cloud) => Promise<unknown>, patienceMs: number][] = [
  ['balance', (t, { accounts }) => accounts.balance(t.account), 1_500],
  ['burn', (t, { accounts }) => accounts.burn(t.account), 1_500],
  ['expenses', (t, { accounts }) => accounts.expenses(t.account, 0), 1_500],
  ['movements', (t, { accounts }) => accounts.movements(t.account, 0), 1_500],
  ['minimum version', (_t, { nodes }) => nodes.minimumNodeVersion(), 1_500],
  ['an image', (_t, { messages }) => messages.imageExists(debian12), 1_500],
  ['prices', (_t, { prices }) => prices.table(), 500],
  ['GPUs', (_t, { prices }) => prices.gpuDevices(), 500],
  ['images', (_t, { messages }) => messages.images(), 500],
  ['a CRN', async (_t, { nodes }) => nodes.confirmNode((await nodes.list()).nodes[0]!.hash), 2_000],
];

describe('R-10 a slow host of three', () => {
  test.each(figures)('%s: is passed over, and the others say the same as all', async (_name, read, patienceMs) => {
    const sound = await slowHost({ host: 'ccn-c', ms: 0 });
    const expected = await sound.run(read(sound, await sound.context.cloud()));
    for (const host of ['ccn-a', 'ccn-b'] as const) {
      const t = await slowHost({ host, ms: 10 * 60 * second });
      const { ms, value } = await timed(t, read(t, await t.context.cloud()));
      const inOrder = host === 'ccn-b' && patienceMs === 1_500;
      expect(ms).toBe(inOrder ? 0 : patienceMs);
      expect(hostsAsked(t)).toEqual(inOrder ? ['ccn-a'] : ['ccn-a', 'ccn-b', 'ccn-c']);
      expect(value).toEqual(expected);
    }
  });

  test.each(figures)('%s: of three sound ones no more are asked than is needed', async (_name, read, patienceMs) => {
    const t = await slowHost({ host: 'ccn-c', ms: 0 });
    await t.run(read(t, await t.context.cloud()));
    expect(hostsAsked(t)).toEqual(patienceMs === 1_500 ? ['ccn-a'] : ['ccn-a', 'ccn-b']);
  });

  test.each(figures)('%s: with two hosts nobody is passed over', async (_name, read, patienceMs) => {
    const t = await slowHost({ host: 'ccn-a', ms: 7 * second, hosts: 2 });
    expect((await timed(t, read(t, await t.context.cloud()))).ms).toBe(7 * second);
    expect(hostsAsked(t)).toEqual(patienceMs === 1_500 ? ['ccn-a'] : ['ccn-a', 'ccn-b']);
  });

  test('the price of an order: the estimates of two others', async () => {
    const pace: Slow = { host: 'ccn-a', ms: 0 };
    const t = await slowHost(pace);
    const { owner, spec, node } = await t.run(planCreate(t.context, { crn })).then(({ subject }) => ({
      owner: subject.payer,
      spec: subject.spec,
      node: subject.nodes[0]!,
    }));
    const { prices } = await t.context.cloud();
    const table = await t.run(prices.table());
    const price = await t.run(prices.quote({ owner, spec, node }, table));
    pace.ms = 10 * 60 * second;
    t.requests.length = 0;
    const { ms, value } = await timed(t, prices.quote({ owner, spec, node }, table));
    expect([ms, value.toFixed()]).toEqual([1_500, price.toFixed()]);
    expect(hostsAsked(t)).toEqual(['ccn-a', 'ccn-b', 'ccn-c']);
  });

  test('the list of nodes: chosen by the version that two others name', async () => {
    const t = await slowHost({ host: 'ccn-a', ms: 10 * second });
    const { ms, value } = await timed(t, surveyNodes(t.context));
    expect([ms, value.minVersion]).toEqual([1_500, expect.stringMatching(/^\d/)]);
  });

  test('it is asked last for a minute, and its place takes no single host: two must agree', async () => {
    const t = await slowHost({ host: 'ccn-a', ms: 10 * 60 * second });
    const { accounts } = await t.context.cloud();
    await t.run(accounts.balance(t.account));
    t.requests.length = 0;
    expect((await timed(t, accounts.balance(t.account))).ms).toBe(0);
    expect(hostsAsked(t)).toEqual(['ccn-b', 'ccn-c']);
  });

  test('one that answers within the patience is no slow one', async () => {
    const t = await slowHost({ host: 'ccn-b', ms: 490 });
    const cloud = await t.context.cloud();
    expect((await timed(t, cloud.prices.table())).ms).toBe(490);
    expect(hostsAsked(t)).toEqual(['ccn-a', 'ccn-b']);
  });

  test('how long others took counts: all slow alike, none is passed over', async () => {
    const t = await testContext({ third: async (honest) => honest });
    t.fault('ccn-a latency 700ms', 'ccn-b latency 2000ms');
    const cloud = await t.context.cloud();
    expect((await timed(t, cloud.prices.table())).ms).toBe(2_000);
    expect(hostsAsked(t)).toEqual(['ccn-a', 'ccn-b']);
  });
});

interface Held {
  credit_balance: number;
  credit_balance_details: { amount: number }[];
}
const richer = changed<Held>(/\/balance/, (body) => ({
  ...body,
  credit_balance: body.credit_balance * 2,
  credit_balance_details: body.credit_balance_details.map((lot) => ({ ...lot, amount: lot.amount * 2 })),
}));

interface Pricing {
  data: { pricing: { instance: { price: { compute_unit: { credit: string } } } } };
}
const dearer = changed<Pricing>(/keys=pricing/, (body) => {
  const unit = body.data.pricing.instance.price.compute_unit;
  unit.credit = String(2 * Number(unit.credit));
  return body;
});
const missing: Change = (response, { url }) => (/\/messages\/|\/balance/.test(url) ? new Response('{}', { status: 404 }) : response);

describe('R-10 what a slow host says later', () => {
  test('a contradiction is told while the call lives: which host, about what, and what it says', async () => {
    const t = await slowHost({ host: 'ccn-b', ms: 5 * second, slow: dearer });
    const cloud = await t.context.cloud();
    const { ms, value } = await timed(t, cloud.prices.table());
    expect(ms).toBe(500);
    expect(t.warnings).toEqual([]);
    await t.run(t.devnet.clock.wait(10 * second));
    const own = `${value.computeUnit.toFixed()} credits per compute unit and hour, ${value.storage.toFixed()} per MiB and hour`;
    const other = own.replace(value.computeUnit.toFixed(), value.computeUnit.times(2).toFixed());
    expect(t.warnings).toEqual([
      {
        code: 'HOST_CONTRADICTS',
        message: `CCN host ccn-b.devnet.test contradicts ccn-a.devnet.test and ccn-c.devnet.test about prices: ${other}, where they say ${own}. What they say counts.`,
      },
    ]);
  });

  test('the same of a balance; the same word later is none', async () => {
    for (const [slow, told] of [
      [richer, [{ code: 'HOST_CONTRADICTS', message: expect.stringContaining('about the balance of 0x') }]],
      [undefined, []],
    ] as const) {
      const t = await slowHost({ host: 'ccn-a', ms: 5 * second, ...(slow === undefined ? {} : { slow }) });
      const cloud = await t.context.cloud();
      await t.run(cloud.accounts.balance(t.account));
      await t.run(t.devnet.clock.wait(10 * second));
      expect(t.warnings).toEqual(told);
    }
  });

  test('silence to the end, and an answer after it, is no word', async () => {
    const t = await slowHost({ host: 'ccn-a', ms: 20 * second, slow: richer });
    const cloud = await t.context.cloud();
    await t.run(cloud.accounts.balance(t.account));
    await t.run(t.devnet.clock.wait(60 * second));
    expect(t.warnings).toEqual([]);
  });

  test('nothing is told, and nothing fails, of what a call that ended did not wait for', async () => {
    const t = await slowHost({ host: 'ccn-b', ms: 5 * second, slow: dearer });
    const cloud = await t.context.cloud();
    await t.run(cloud.prices.table());
    t.interrupt();
    await t.run(t.devnet.clock.wait(60 * second));
    expect(t.warnings).toEqual([]);
  });

  test('a quick one that two contradict is told of, too', async () => {
    const t = await testContext({ third: async (honest) => honest, spoil: async (r, q) => (q.url.includes('ccn-a') ? dearer(r, q) : r) });
    await t.run((await t.context.cloud()).prices.table());
    expect(t.warnings).toMatchObject([
      { code: 'HOST_CONTRADICTS', message: expect.stringContaining('ccn-a.devnet.test contradicts ccn-b') },
    ]);
  });
});

describe('R-10 a host that is passed over has said nothing', () => {
  test('one quick host alone takes nobody’s place: where two differ, the slow one decides', async () => {
    const onB: Change = (response, request) => (request.url.includes('ccn-b') ? richer(response, request) : response);
    const t = await slowHost({ host: 'ccn-a', ms: 7 * second, quick: onB });
    const cloud = await t.context.cloud();
    const sound = await testContext();
    const expected = await sound.run((await sound.context.cloud()).accounts.balance(sound.account));
    const { ms, value } = await timed(t, cloud.accounts.balance(t.account));
    expect(value).toEqual(expected);
    expect(ms).toBeGreaterThanOrEqual(1_500);
    expect(ms).toBeLessThanOrEqual(7 * second);
  });

  test('where it hangs, they count in order, as before', async () => {
    const onB: Change = (response, request) => (request.url.includes('ccn-b') ? richer(response, request) : response);
    const t = await slowHost({
      host: 'ccn-a',
      ms: 10 * 60 * second,
      quick: (r, q) => (q.url.includes('ccn-c') ? missing(r, q) : onB(r, q)),
    });
    const { ms, value } = await timed(t, (await t.context.cloud()).accounts.balance(t.account));
    expect(ms).toBe(8 * second);
    expect(value.credits).toBe(20_000_000n);
  });

  test('prices: where the others differ it is waited for, and only then it is said that they differ', async () => {
    const onC: Change = (response, request) => (request.url.includes('ccn-c') ? dearer(response, request) : response);
    const t = await slowHost({ host: 'ccn-b', ms: 7 * second, quick: onC });
    expect((await timed(t, (await t.context.cloud()).prices.table())).ms).toBe(7 * second);
    const hung = await slowHost({ host: 'ccn-b', ms: 10 * 60 * second, quick: onC });
    const { ms, value } = await timed(hung, failureOf((await hung.context.cloud()).prices.table()));
    expect(value).toMatchObject({ code: 'PRICE_UNREADABLE', message: expect.stringContaining('they differ') });
    expect(ms).toBe(8 * second);
  });

  test('an image is not there only once every host was heard', async () => {
    const t = await slowHost({ host: 'ccn-a', ms: 7 * second, quick: missing });
    const { ms, value } = await timed(t, (await t.context.cloud()).messages.imageExists(debian12));
    expect([ms, value]).toEqual([7 * second, true]);
  });

  test('an estimate that the others do not give is waited for: the table alone does not count', async () => {
    const t = await slowHost({
      host: 'ccn-a',
      ms: 6 * second,
      slow: changed<object>(/price\/estimate/, (body) => ({ ...body, cost: '9' })),
      quick: (response, request) => (request.url.includes('/price/estimate') ? new Response('', { status: 404 }) : response),
    });
    expect(await t.run(failureOf(planCreate(t.context, { crn })))).toMatchObject({ code: 'PRICE_UNREADABLE' });
  });
});
