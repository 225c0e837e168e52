import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import status from '../../src/commands/status.ts';
import { chooseFields } from '../../src/surfaces/choose-fields.ts';
import { called } from '../support/approval/approved-call.ts';
import { createVm } from '../support/lifecycle-calls.ts';
import { testContext } from '../support/test-context.ts';

const tasks = ['bench', 'ci', 'nightly', 'web'];

test('status says what may still be spent: today, in all, of three tasks, the own one first; --brief of the own one alone', async () => {
  const t = await testContext({ task: 'nightly' });
  for (const task of tasks) await called(t, 'policy task', { name: task, budget: '0.5' });
  await t.run(createVm(t.context, { name: 'ci', task: 'nightly', ttlSeconds: 7200 }));
  const data = await t.run(status.run(t.context, { offline: false }));
  expect(data).toMatchObject({ reserveUsd: '0.3420', todayLeftUsd: '1.9715', totalLeftUsd: '4.9715', moreTasks: 1 });
  expect(data.tasks.map(({ task, leftUsd }) => [task, leftUsd])).toEqual([
    ['nightly', '0.4715'],
    ['bench', '0.5000'],
    ['ci', '0.5000'],
  ]);
  const usual = {
    ok: true,
    schema: 'status@1',
    data: chooseFields(data, status.brief!),
    warnings: [],
    next: status.next!(data),
    meta: { version: '1.0.0' },
  };
  expect(countTokens(JSON.stringify(usual))).toBeLessThanOrEqual(200);
  const brief = status.terse!(data);
  expect(countTokens(JSON.stringify(brief))).toBeLessThanOrEqual(90);
  expect(brief).toMatchObject({
    network: 'devnet',
    account: `${t.account.slice(0, 6)}…${t.account.slice(-4)}`,
    taskLeftUsd: '0.4715',
    live: 1,
  });
  expect(Object.keys(brief as object)).not.toEqual(expect.arrayContaining(['reserveUsd']));
});

test('A-006 a VM past its expiry is named with what ends it, and nothing is destroyed by looking', async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'ci', ttlSeconds: 1800 }));
  await t.devnet.clock.advance(31 * 60_000);
  expect(await t.run(status.run(t.context, { offline: false }))).toMatchObject({ live: 1 });
  expect(t.warnings).toContainEqual({ code: 'EXPIRED', message: expect.stringMatching(/^VM ci expired at .* aleph-agent vm destroy ci$/) });
  expect(t.bills().map(({ endedAt }) => endedAt)).toEqual([null]);
});

test('offline, what would have to be read is null, and nothing is guessed', async () => {
  const t = await testContext();
  const data = await t.run(status.run(t.context, { offline: true }));
  expect(data).toMatchObject({ reserveUsd: null, todayLeftUsd: null, totalLeftUsd: null, stale: true });
  expect(status.terse!(data)).toMatchObject({ todayLeftUsd: null, stale: true });
});
