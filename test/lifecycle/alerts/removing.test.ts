import { expect, test } from 'vitest';
import status from '../../../src/commands/status.ts';
import vmLs from '../../../src/commands/vm/ls.ts';
import { parseUsd } from '../../../src/domain/money/money.ts';
import { formatInstant, parseInstant } from '../../../src/domain/text/instant.ts';
import { planGc } from '../../../src/lifecycle/gc/plan-gc.ts';
import { drainTo } from '../../support/devnet/devnet-moves.ts';
import { createVm } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const hour = 3_600_000;
const alerts = ({ warnings }: TestContext): string[] =>
  warnings.splice(0).flatMap(({ code, message }) => (code === 'REMOVING' ? [message] : []));
const listed = (t: TestContext) => vmLs.run(t.context, { all: false, offline: false, limit: 50, ofTask: undefined, cursor: undefined });
const seen = (t: TestContext) => status.run(t.context, { offline: false });

/** A VM whose account has too little for another day, as the network finds at its hourly look. */
const doomed = async (): Promise<TestContext> => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'ci', crn: 'http://crn-0.devnet.test', ttlSeconds: 7200 }));
  drainTo(t.devnet, t.account, 100_000n);
  const until = t.devnet.clock.now() + 12 * hour;
  while ((await t.run((await t.context.cloud()).accounts.removing(t.account)))?.length === 0 && t.devnet.clock.now() < until) {
    await t.run(t.devnet.clock.wait(hour / 2));
  }
  return t;
};

test('W-117 a VM that the network is about to remove: status, vm ls and gc say what saves it and until when', async () => {
  const t = await doomed();
  const now = t.devnet.clock.now();
  expect((await t.run(seen(t))).vms).toMatchObject([{ name: 'ci', state: 'healthy', removing: true }]);
  const [message = '', ...more] = alerts(t);
  expect(more).toEqual([]);
  const until = parseInstant(/latest (\S+)\./.exec(message)![1]!)!;
  expect(until - now).toBeLessThanOrEqual(24 * hour);
  expect(until - now).toBeGreaterThan(23 * hour);

  // The same deadline an hour later: it is the day after it was seen first.
  await t.run(t.devnet.clock.wait(hour));
  expect((await t.run(listed(t))).items).toMatchObject([{ name: 'ci', onNetwork: true, removing: true }]);
  expect(alerts(t)[0]).toContain(formatInstant(until));
  await t.run(planGc(t.context, t.account));
  const [again = ''] = alerts(t);

  // That sum is enough: the network keeps the VM.
  const sum = /\. (\d+\.\d+) USD more in (0x\w+) save it/.exec(again)!;
  expect(sum[2]).toBe(t.account);
  t.devnet.ccn.fund(t.account, parseUsd(sum[1]!));
  await t.run(t.devnet.clock.wait(hour + 60_000));
  expect((await t.run(seen(t))).vms).toMatchObject([{ removing: false }]);
  expect(alerts(t)).toEqual([]);
});

test('where no host answers nothing is said, and nothing forgotten', async () => {
  const t = await doomed();
  await t.run(seen(t));
  const [first = ''] = alerts(t);
  await t.run(t.devnet.clock.wait(hour));
  const lift = t.fault('ccn drop-before path=/messages.json');
  await t.run(listed(t));
  expect(alerts(t)).toEqual([]);
  lift();
  await t.run(listed(t));
  expect(alerts(t)[0]).toContain(/latest (\S+)\./.exec(first)![1]!);
});
