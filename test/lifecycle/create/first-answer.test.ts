import { expect, test } from 'vitest';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { atFirstPost, drainTo, hideImage, instancesOn } from '../../support/devnet/devnet-moves.ts';
import { codeOf, create, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const posting = 'path=/api/v0/messages method=POST';

/** The FORGETs that any host has ever heard of. */
const forgetsOn = ({ devnet }: TestContext): unknown[] =>
  (['a', 'b'] as const).flatMap((host) =>
    [...devnet.ccn.state(host).messages.values()].filter(({ envelope }) => envelope.type === 'FORGET'),
  );

/** How long a call took, s of the network's clock, and how it failed. */
const timed = async (t: TestContext, work: Promise<unknown>) => {
  const startedAt = t.devnet.clock.now();
  const failure = await t.run(failureOf(work));
  return { failure, seconds: (t.devnet.clock.now() - startedAt) / 1000 };
};

test.each([true, false])(
  'S-07 R-01 what the network rejects at once is a failure with its reason (waiting: %s), and its destroy sends nothing',
  async (wait) => {
    const t: TestContext = await testContext({ onRequest: atFirstPost(() => drainTo(t.devnet, t.account, 1000n)) });
    const failure = await t.run(failureOf(create(t.context, { name: 'ci', crn }, wait)));
    expect(failure).toMatchObject({ code: 'CREDITS_SHORT', exit: 5 });
    expect(failure.details).toMatchObject({ sideEffects: 'none', facts: { state: 'dormant', rejection: 6, reason: 'credits' } });
    expect(t.ledger.operations()).toMatchObject([{ state: 'failed', failure: 'CREDITS_SHORT' }]);
    expect(await t.run(destroy(t.context, t.vms()[0]!.id, 'destroy'))).toMatchObject({ already: true, vm: { state: 'dormant', hold: 0n } });
    expect(forgetsOn(t)).toEqual([]);
  },
);

test("S-07 a rejection that comes after pending is told with the network's own reason, too", async () => {
  const t: TestContext = await testContext({ onRequest: atFirstPost(() => void hideImage(t.devnet)) });
  const failure = await t.run(failureOf(createVm(t.context, { name: 'ci', crn })));
  expect(failure).toMatchObject({ code: 'NETWORK_REJECTED', details: { facts: { rejection: 301, reason: 'image' } } });
  expect(failure.message).toContain('the image is unknown to it, or larger than the disk (code 301)');
});

test.each([
  ['502', `ccn status 502 ${posting}`],
  ['no answer', `ccn drop-after-effect ${posting}`, 'ccn status 502 path=/status'],
])('S-07 R-01 R-02 --no-wait ends within 20 s where every host answers the post with %s: the outcome is unknown', async (_, ...faults) => {
  const t: TestContext = await testContext({ onRequest: atFirstPost(() => void t.fault(...faults)) });
  const { failure, seconds } = await timed(t, create(t.context, { name: 'ci', crn }, false));
  expect(failure).toMatchObject({
    code: 'STILL_WAITING',
    exit: 11,
    details: { facts: { name: 'ci', state: 'requested' }, exposureUsdPerHour: '0.01425' },
  });
  expect(failure.message).toContain('the VM may run and bill');
  expect(seconds).toBeLessThanOrEqual(20);
  expect(t.vms()).toMatchObject([{ state: 'requested', hold: 14250n }]);
});

test('S-07 R-02 --no-wait ends within 20 s where every host has the message pending, and says that nobody has decided', async () => {
  const t: TestContext = await testContext({ onRequest: atFirstPost(() => void hideImage(t.devnet)) });
  const { failure, seconds } = await timed(t, create(t.context, { name: 'ci', crn }, false));
  expect(failure).toMatchObject({ code: 'STILL_WAITING', exit: 11 });
  expect(seconds).toBeLessThanOrEqual(20);
  expect(instancesOn(t.devnet)).toHaveLength(1);
});

test('S-07 R-02 --timeout bounds the post as well as the waiting after it', async () => {
  const t: TestContext = await testContext({ timeoutMs: 5_000, onRequest: atFirstPost(() => void t.fault(`ccn status 502 ${posting}`)) });
  const { failure, seconds } = await timed(t, create(t.context, { name: 'ci', crn }));
  expect(failure.code).toBe('STILL_WAITING');
  expect(seconds).toBeLessThanOrEqual(10);
});

test.each([true, false])(
  'S-07 R-01 where no host is there any more nothing is sent, nothing stays held, and the same call is free to go (waiting: %s)',
  async (wait) => {
    let [away, left] = [false, false];
    const t: TestContext = await testContext({
      timeoutMs: 100_000,
      onRequest() {
        if (away) throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED', syscall: 'connect' } });
      },
      crash(point, when) {
        if (point === 'create.publish' && when === 'before') [away, left] = [!left, true];
      },
    });
    const { failure } = await timed(t, create(t.context, { name: 'ci', crn }, wait));
    expect(failure).toMatchObject({
      code: 'NETWORK_UNAVAILABLE',
      exit: 6,
      details: { sideEffects: 'none', exposureUsdPerHour: '0' },
    });
    expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n }]);
    expect(t.ledger.operations()).toMatchObject([{ state: 'failed', breaker: false }]);
    away = false;
    expect(instancesOn(t.devnet)).toEqual([]);
    expect(await t.run(create(t.context, { name: 'ci', crn }, false))).toMatchObject({ vm: { state: 'requested' } });
  },
);

test('S-07 a VM that no host took is destroyed without a FORGET', async () => {
  const t: TestContext = await testContext({ timeoutMs: 5_000, onRequest: atFirstPost(() => void t.fault(`ccn status 502 ${posting}`)) });
  expect(await t.run(codeOf(create(t.context, { name: 'ci', crn }, false)))).toBe('STILL_WAITING');
  const [vm] = t.vms();
  await t.run(codeOf(destroy(t.context, vm!.id, 'destroy')));
  await t.run(t.devnet.clock.wait(16 * 60_000));
  expect(await t.run(destroy(t.context, vm!.id, 'destroy'))).toMatchObject({ vm: { state: 'dormant', hold: 0n } });
  expect(t.requests.filter((line) => line.startsWith('POST'))).toHaveLength(2 + 2);
  expect(forgetsOn(t)).toEqual([]);
});
