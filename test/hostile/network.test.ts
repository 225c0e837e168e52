import { describe, expect, test } from 'vitest';
import { OFFICIAL_OWNER } from '../../src/devnet/ccn/pricing/default-aggregates.ts';
import { destroy } from '../../src/lifecycle/end/destroy.ts';
import { reconcile } from '../../src/lifecycle/gc/reconcile.ts';
import { drainTo, instancesOn, priceTimes } from '../support/devnet/devnet-moves.ts';
import { create, createVm, failureOf, gc } from '../support/lifecycle-calls.ts';
import { putLimits } from '../support/put-limits.ts';
import { type ContextOptions, openWorld, type TestContext, testContext } from '../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const stranger = `0x${'5'.repeat(40)}`;
const evil = 'e'.repeat(64);
// biome-ignore lint/suspicious/noExplicitAny: whatever a host answers
type Body = any;

const answer = (body: unknown, status = 200): Response => Response.json(body, { status });
const isPost = ({ method, url }: Request): boolean => method === 'POST' && url.endsWith('/api/v0/messages');
const kindOf = async (request: Request): Promise<string> => ((await request.clone().json()) as Body).message.type;

/** Changes what hosts answer where the path fits; `hosts` is the beginning of their names. */
const rewriting =
  (path: string, change: (body: Body) => Body, hosts = 'ccn'): NonNullable<ContextOptions['spoil']> =>
  async (response, { url }) =>
    url.includes(path) && new URL(url).host.startsWith(hosts) && response.ok ? answer(change(await response.json())) : response;

/** Of an INSTANCE, and keeps none. */
const saysProcessed: NonNullable<ContextOptions['instead']> = async (request) =>
  isPost(request) && (await kindOf(request)) === 'INSTANCE'
    ? answer({ publication_status: { status: 'success', failed: [] }, message_status: 'processed' })
    : null;

/** Nothing was signed, held, sent or billed. */
const nothingHappened = (t: TestContext): void => {
  expect(t.requests.filter((request) => request.startsWith('POST') && request.endsWith('/api/v0/messages'))).toEqual([]);
  expect(t.vms()).toEqual([]);
  expect(t.ledger.operations()).toEqual([]);
  expect(t.bills()).toEqual([]);
};

describe('a CCN that lies about a balance', () => {
  const richer = (hosts: string) =>
    rewriting(
      '/balance?',
      (body) => ({
        ...body,
        credit_balance: body.credit_balance * 1000,
        credit_balance_details: body.credit_balance_details.map((lot: Body) => ({ ...lot, amount: lot.amount * 1000 })),
      }),
      hosts,
    );

  test.each([
    ['ccn-a', 'BALANCE_GUARD'],
    ['ccn-b', 'BALANCE_GUARD'],
    // both are believed, so the lie would count
    ['ccn', null],
  ])('%s says a thousand times as much, and a create ends with %s', async (hosts, code) => {
    const world = await openWorld();
    let lies = false;
    const t = await testContext({ world, spoil: async (response, request) => (lies ? richer(hosts)(response, request) : response) });
    drainTo(t.devnet, t.account, 1_000_000n);
    await t.run(createVm(t.context, { name: 'first', crn }));
    // nearly all of what is seen is to stay
    putLimits(t.ledger, t.account, { balanceGuardPercent: 99 });
    await t.devnet.clock.advance(60_000);
    lies = true;
    const failed = await t.run(
      create(t.context, { name: 'ci', crn }, false).then(
        () => null,
        (thrown) => thrown.code as string,
      ),
    );
    expect(failed).toBe(code);
    const told = t.warnings.filter(({ code: warned, message }) => warned === 'HOST_CONTRADICTS' && message.includes('about the balance'));
    expect(told.length > 0).toBe(code !== null);
    expect(t.vms().map(({ name }) => name)).toEqual(code === null ? ['first', 'ci'] : ['first']);
    await world.close();
  });
});

describe('a CCN that lies about what it did', () => {
  test('it says processed and forgets: the hold stays, the VM is never called gone, and nothing is billed', async () => {
    const world = await openWorld();
    const t = await testContext({
      world,
      timeoutMs: 30 * 60_000,
      instead: saysProcessed,
    });
    const failure = await t.run(failureOf(createVm(t.context, { name: 'ci', crn })));
    expect(failure).toMatchObject({ code: 'STILL_WAITING', details: { sideEffects: 'partial', exposureUsdPerHour: '0.01425' } });
    expect(t.vms()).toMatchObject([{ state: 'requested', hold: 14250n }]);
    expect([instancesOn(t.devnet), t.bills()]).toEqual([[], []]);
    // once both hosts have denied it for an hour it takes up no place and no money, and is watched on
    await t.run(t.devnet.clock.wait(40 * 60_000));
    await t.run(reconcile(t.context, t.account));
    expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n, terminatedAt: null }]);
    await world.close();
  });

  test('nor does it keep a teardown from its end', async () => {
    const world = await openWorld();
    const t = await testContext({ world, timeoutMs: 60_000, instead: saysProcessed });
    await t.run(failureOf(createVm(t.context, { name: 'ci', crn })));
    const [row] = t.vms();
    expect(await t.run(failureOf(destroy(t.context, row!.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
    await t.run(t.devnet.clock.wait(61 * 60_000));
    expect((await t.run(destroy(t.context, row!.id, 'destroy'))).vm).toMatchObject({ state: 'dormant', hold: 0n });
    await world.close();
  });

  test('both say rejected and bill all the same: dormant, and ended by the first gc that sees it', async () => {
    const world = await openWorld();
    let lying = true;
    const rejected = (id: string) => ({ status: 'rejected', item_hash: id, error_code: 6, details: null });
    const t = await testContext({
      world,
      spoil: async (response, request) => {
        const [, id, rest] = /\/api\/v0\/messages\/([0-9a-f]{64})(\/status)?$/.exec(request.url) ?? [];
        if (!lying || !response.ok) return response;
        if (isPost(request)) return answer({ publication_status: { status: 'success', failed: [] }, message_status: 'rejected' }, 422);
        return id === undefined || !instancesOn(world.devnet).includes(id)
          ? response
          : answer(rest === undefined ? rejected(id) : { status: 'rejected', item_hash: id });
      },
    });
    expect(await t.run(failureOf(createVm(t.context, { name: 'ci', crn })))).toMatchObject({ code: 'CREDITS_SHORT' });
    expect(t.vms()).toMatchObject([{ state: 'dormant', terminatedAt: null }]);
    expect(t.bills()).toMatchObject([{ endedAt: null }]);
    lying = false;
    expect(await t.run(gc(t.context, t.account))).toMatchObject([{ reason: 'dormantAlive', reached: 'terminated' }]);
    expect(t.bills()[0]?.endedAt).not.toBeNull();
    const [bill] = t.bills();
    const billable = (Number(bill!.creditsPerSecond) * (bill!.endedAt! - bill!.processedAt)) / 1000;
    expect(Number(t.vms()[0]!.hold)).toBeGreaterThanOrEqual(Math.floor(billable));
    await world.close();
  });

  test('one says rejected, the other processed: it is real, held, and comes up', async () => {
    const t = await testContext({
      spoil: async (response, { url }) =>
        url.endsWith('/status') && response.ok && new URL(url).host.startsWith('ccn-a')
          ? answer({ ...((await response.json()) as Body), status: 'rejected' })
          : response,
    });
    expect(await t.run(createVm(t.context, { crn }))).toMatchObject({ state: 'healthy', hold: 14250n });
    await t.run(reconcile(t.context, t.account));
    expect(t.vms()).toMatchObject([{ state: 'healthy', hold: 14250n }]);
  });
});

describe('an aggregate that its owner did not sign', () => {
  test('prices of another account’s count as none: PRICE_UNREADABLE', async () => {
    const t = await testContext({ spoil: rewriting('keys=pricing', (body) => ({ ...body, address: stranger })) });
    expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code: 'PRICE_UNREADABLE' });
    nothingHappened(t);
  });

  test('a journal of another account’s is none: nothing is spent', async () => {
    const t = await testContext();
    await t.run(createVm(t.context, { crn }));
    const away = await testContext({
      world: t,
      seed: 3,
      spoil: rewriting('keys=aleph-agent', () => ({ address: stranger, data: { 'aleph-agent': {} } })),
    });
    expect(await t.run(failureOf(create(away.context, { crn: 'http://crn-1.devnet.test' })))).toMatchObject({ exit: 6 });
    expect(t.bills()).toHaveLength(1);
  });

  const named = (rootfs: object) => (body: Body) => {
    const images = body.data['vm-images'];
    return { ...body, data: { 'vm-images': { ...images, rootfs: { ...images.rootfs, ...rootfs } } } };
  };

  test('an image that one host alone names, or both as another account’s, has no name: IMAGE_NOT_FOUND', async () => {
    const add = named({ debian13: { hash: evil } });
    for (const spoil of [
      rewriting('keys=vm-images', add, 'ccn-a'),
      rewriting('keys=vm-images', add, 'ccn-b'),
      rewriting('keys=vm-images', (body) => ({ ...add(body), address: stranger })),
    ]) {
      const t = await testContext({ spoil });
      expect(await t.run(failureOf(create(t.context, { crn, image: 'debian13' })))).toMatchObject({ code: 'IMAGE_NOT_FOUND' });
      nothingHappened(t);
    }
  });

  test('a pinned name keeps its hash whatever both hosts say, and its disk whatever one says', async () => {
    const both = await testContext({ spoil: rewriting('keys=vm-images', named({ debian12: { hash: evil } })) });
    expect((await both.run(createVm(both.context, { crn }))).spec.imageHash).toMatch(/^b6ff5c3a/);
    const pinned = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';
    const larger = named({ debian12: { hash: pinned, min_disk_mib: 999_424 } });
    const one = await testContext({ spoil: rewriting('keys=vm-images', larger, 'ccn-a') });
    expect((await one.run(createVm(one.context, { crn }))).spec.diskMib).toBe(20_480);
  });

  test('what a stranger posts in the owner’s name changes no price', async () => {
    const t = await testContext();
    const cloud = await t.context.cloud();
    const before = (await t.run(cloud.prices.table())).computeUnit.toFixed();
    const content = { address: OFFICIAL_OWNER, key: 'pricing', time: t.devnet.clock.now() / 1000, content: { instance: {} } };
    const { createHash } = await import('node:crypto');
    const { Wallet } = await import('ethers');
    const item_content = JSON.stringify(content);
    const item_hash = createHash('sha256').update(item_content).digest('hex');
    const wallet = new Wallet(`0x${'bad'.padStart(64, '0')}`);
    const message = { chain: 'ETH', sender: wallet.address, type: 'AGGREGATE', channel: 'x', time: content.time, item_type: 'inline' };
    const signature = await wallet.signMessage(['ETH', wallet.address, 'AGGREGATE', item_hash].join('\n'));
    const body = JSON.stringify({ sync: true, message: { ...message, item_content, item_hash, signature } });
    const posted = await t.run(
      t.devnet.fetch(`${t.devnet.origins.ccnA}/api/v0/messages`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      }),
    );
    expect(posted.status).toBe(422);
    expect((await t.run(cloud.prices.table())).computeUnit.toFixed()).toBe(before);
  });
});

describe('prices', () => {
  test.each([0, 0.5, 1000])('a table of %s times what the network then estimates: PRICE_UNREADABLE', async (factor) => {
    const t = await testContext({
      spoil: rewriting('keys=pricing', (body) => {
        const unit = body.data.pricing.instance.price.compute_unit;
        unit.credit = String(Number(unit.credit) * factor);
        return body;
      }),
    });
    expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code: 'PRICE_UNREADABLE' });
    nothingHappened(t);
  });

  test('everybody says nothing at all: PRICE_UNREADABLE', async () => {
    const t = await testContext();
    priceTimes(t.devnet, 0);
    expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code: 'PRICE_UNREADABLE' });
    nothingHappened(t);
  });

  test('everybody says half, and bills in full: the VM goes as soon as two hosts name its real price', async () => {
    const world = await openWorld();
    priceTimes(world.devnet, 0.5);
    const t = await testContext({
      world,
      onRequest: async (request) => {
        if (isPost(request) && (await kindOf(request)) === 'INSTANCE') priceTimes(world.devnet, 1);
      },
    });
    expect(await t.run(failureOf(createVm(t.context, { crn })))).toMatchObject({ code: 'PRICE_MOVED' });
    expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'price' }]);
    expect(t.bills()[0]!.endedAt! - t.bills()[0]!.processedAt).toBeLessThan(10_000);
    await world.close();
  });
});

describe('answers of any size', () => {
  test.each([
    ['endless-body', 'aggregates', 'NETWORK_UNAVAILABLE'],
    ['huge-body', 'aggregates', 'PRICE_UNREADABLE'],
    ['huge-body', 'balance', 'BALANCE_UNREADABLE'],
    ['huge-body', 'costs', 'BALANCE_UNREADABLE'],
  ])('%s at /%s: %s', async (kind, path, code) => {
    const t = await testContext();
    t.fault(`ccn ${kind} path=/${path}`);
    expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code });
    nothingHappened(t);
  });

  const mib = 1 << 20;
  test.each([
    ['aggregates', 'keys=pricing', 0.25, 'PRICE_UNREADABLE'],
    ['balance', '/balance', 0.25, 'BALANCE_UNREADABLE'],
    ['costs', '/costs', 4, 'BALANCE_UNREADABLE'],
  ])('64 MiB at /%s that would read well at their end are left soon after the limit', async (_name, path, limitMib, code) => {
    const space = new Uint8Array(64 * 1024).fill(0x20);
    const sent: number[] = [];
    const bloated = async (response: Response): Promise<Response> => {
      const right = new Uint8Array(await response.arrayBuffer());
      const at = sent.push(0) - 1;
      const pull = (stream: ReadableStreamDefaultController<Uint8Array>): void => {
        const chunk = sent[at]! < 64 * mib ? space : right;
        sent[at]! += chunk.length;
        stream.enqueue(chunk.slice());
        if (chunk === right) stream.close();
      };
      return new Response(new ReadableStream({ pull }), { headers: { 'content-type': 'application/json' } });
    };
    const t = await testContext({
      spoil: async (response, { url }) => (url.includes(path) && response.ok ? bloated(response) : response),
    });
    expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code });
    nothingHappened(t);
    expect(Math.min(...sent)).toBeGreaterThan(limitMib * mib);
    expect(Math.max(...sent)).toBeLessThan((limitMib + 2) * mib);
  });

  test('of a node: it gets no VM', async () => {
    const t = await testContext();
    t.fault('crn-0 huge-body');
    expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code: 'NODE_UNAVAILABLE' });
    nothingHappened(t);
  });
});

test('a node that shows another VM’s port: its VM is never called healthy, and is forgotten', async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'first', crn }));
  t.fault('crn-0 other-ports');
  const probed: number[] = [];
  const { probe } = t.context.shell;
  t.context.shell.probe = (endpoint, limit) => {
    probed.push(endpoint.port);
    return probe(endpoint, limit);
  };
  expect(await t.run(failureOf(createVm(t.context, { name: 'ci', crn })))).toMatchObject({
    code: 'CREATE_FAILED',
    details: { facts: { reason: 'another machine' } },
  });
  const [first, lost] = t.vms();
  expect(new Set(probed)).toEqual(new Set([first!.endpoint!.port]));
  expect(lost).toMatchObject({ state: 'terminated', ending: 'failed', healthyAt: null, endpoint: null });
  expect(t.bills().map(({ endedAt }) => endedAt === null)).toEqual([true, false]);
});

test('a node that claims another’s domain is asked there, and gets nothing: NODE_UNAVAILABLE', async () => {
  const world = await openWorld();
  const [first, second] = world.devnet.crns;
  const claimed = (text: string): string => text.replaceAll(second!.address, first!.address);
  const t = await testContext({
    world,
    spoil: async (response, { url }) =>
      /crns|keys=corechannel/.test(url) && response.ok
        ? new Response(claimed(await response.text()), { headers: { 'content-type': 'application/json' } })
        : response,
  });
  const failure = await t.run(failureOf(create(t.context, { crn: second!.spec.hash })));
  expect(failure).toMatchObject({ code: 'NODE_UNAVAILABLE', message: expect.stringContaining('another node') });
  nothingHappened(t);
  // whom it robs is still himself there
  expect((await t.run(createVm(t.context, { crn: first!.spec.hash }))).node).toMatchObject({ hash: first!.spec.hash });
  await world.close();
});
