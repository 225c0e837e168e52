import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { toldUrl } from '../../../src/domain/text/told-url.ts';
import { planReplacement, planResumption, planTopUp } from '../../../src/lifecycle/topup/plan-top-up.ts';
import { topUp } from '../../../src/lifecycle/topup/top-up.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { Death, testContext } from '../../support/test-context.ts';
import { approved, digestOf, granted, topUpWorld, usdcOf, wishOf } from './topup-world.ts';

/** A ledger in a file, as anybody with the owner's rights can edit it. */
const worldOnDisk = async () => {
  const world = await topUpWorld({ timeoutMs: 60_000 });
  const path = join(world.t.folders.ledger, '../edited.sqlite');
  const ledger = openLedger({ path, now: world.t.devnet.clock.now });
  onTestFinished(() => ledger.close());
  return { ...world, path, t: await testContext({ world: world.t, ledger, timeoutMs: 60_000 }) };
};

const edit = (file: string, table: 'operations' | 'approvals', path: string, value: string | number): void => {
  const raw = new DatabaseSync(file);
  raw.prepare(`UPDATE ${table} SET plan = json_set(plan, ?, ?)`).run(path, value);
  raw.close();
};

test('XA-02 whatever of a begun top-up somebody edits: nothing is sent, replaced, or ended', async () => {
  const world = await worldOnDisk();
  const { t, anvil, path: file } = world;
  const wish = wishOf({ rpcs: [anvil.url, anvil.url.replace('127.0.0.1', 'localhost')] });
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  const dying = await testContext({
    world: t,
    ledger: t.ledger,
    seed: 7,
    crash: (at, side) => {
      if (at === 'topup.broadcast' && side === 'before') throw new Death();
    },
  });
  await t.run(topUp(dying.context, plan, [])).catch(() => undefined);
  const edits = [
    ['$.transaction.nonce', 1, 0],
    ['$.subject.rpcs[0]', 'http://127.0.0.1:1', toldUrl(anvil.url)],
    ['$.subject.units', '7000000', '5000000'],
    ['$.subject.chainId', 5, plan.subject.chainId],
    ['$.subject.tokenAddress', t.account, plan.subject.tokenAddress ?? ''],
    ['$.subject.contract', t.account, plan.subject.contract],
    ['$.subject.networkId', 'f'.repeat(32), plan.subject.networkId ?? ''],
  ] as const;
  for (const [path, value, before] of edits) {
    edit(file, 'operations', path, value);
    const code = { code: 'LEDGER_UNREADABLE' };
    const resuming = t.run(planResumption(t.context, [])).then((resumed) => topUp(t.context, resumed, []));
    expect.soft(await t.run(failureOf(resuming)), path).toMatchObject(code);
    const dear = { maxFeeWei: 10n ** 18n, rpcs: [] };
    expect.soft(await t.run(failureOf(planReplacement(t.context, dear, 'dear'))), path).toMatchObject(code);
    edit(file, 'operations', path, before);
  }
  expect([t.ledger.operations({ kind: 'topup' }).map(({ state }) => state), await usdcOf(world)]).toEqual([['running'], 100]);
});

test('XA-02 a stored plan that somebody edits after it was approved pays nothing', async () => {
  const world = await worldOnDisk();
  const { t, path: file } = world;
  const wish = wishOf();
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  edit(file, 'approvals', '$.subject.units', '90000000');
  const again = await granted(t, plan);
  expect(again.subject.units).toBe('90000000');
  expect(await t.run(failureOf(topUp(t.context, again, [])))).toMatchObject({ code: 'APPROVAL_EXPIRED' });
  edit(file, 'approvals', '$.terms.units', '90000000');
  expect(await t.run(failureOf(t.run(granted(t, plan)).then((read) => topUp(t.context, read, []))))).toBeDefined();
  expect([t.ledger.operations({ kind: 'topup' }), await usdcOf(world)]).toEqual([[], 100]);
});
