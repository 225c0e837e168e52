import { expect, onTestFinished, test } from 'vitest';
import { openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import type { RootPolicy } from '../../src/domain/limits/root-policy.ts';
import { diagnose } from '../../src/lifecycle/doctor/diagnose.ts';
import { planPolicy } from '../../src/lifecycle/governance/plan-policy.ts';
import { setPolicy } from '../../src/lifecycle/governance/set-policy.ts';
import { codeOf, createVm, failureOf, planCreate } from '../support/lifecycle-calls.ts';
import { openWorld, testContext } from '../support/test-context.ts';

const crn = (index: number) => `http://crn-${index}.devnet.test`;
const rootPolicy: RootPolicy = { path: '/etc/aleph-agent/policy.json', limits: defaultLimits, approver: null };

test('S-28 a ledger that was under the machine’s own policy spends nothing where it is gone, and goes on where it is back', async () => {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const under = await testContext({ world, seed: 1, rootPolicy });
  await under.run(createVm(under.context, { crn: crn(0) }));
  const gone = await testContext({ world, seed: 2 });
  const row = gone.ledger.rootPolicySeen();
  expect(await gone.run(failureOf(createVm(gone.context, { crn: crn(1) })))).toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(`The machine had a policy of its own (row ${row} of the audit trail), and has none now.`),
    details: { fix: { actor: 'human' } },
  });
  expect(await gone.run(diagnose(gone.context))).toContainEqual(expect.objectContaining({ check: 'policy', level: 'fail' }));
  expect(world.devnet.ccn.bills()).toHaveLength(1);
  const back = await testContext({ world, seed: 3, rootPolicy });
  expect(await back.run(createVm(back.context, { crn: crn(2) }))).toMatchObject({ state: 'healthy' });
});

test('S-28 a policy that was only lowered under it has seen it, too', async () => {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const under = await testContext({ world, seed: 1, rootPolicy });
  await under.run(
    setPolicy(under.context, await under.run(planPolicy(under.context, { action: 'policy set', limits: { maxVms: 1 } }, 'x'))),
  );
  const gone = await testContext({ world, seed: 2 });
  expect(await gone.run(codeOf(createVm(gone.context, { crn: crn(1) })))).toBe('CONFIG_INVALID');
});

test('S-28 the published head tells a new ledger that the machine had a policy of its own', async () => {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const under = await testContext({ world, seed: 1, rootPolicy });
  await under.run(createVm(under.context, { crn: crn(0) }));
  await world.run(world.devnet.clock.wait(60_000));
  const ledger = openMemoryLedger({ now: world.devnet.clock.now });
  onTestFinished(() => ledger.close());
  const anew = await testContext({ world, seed: 2, ledger });
  expect((await anew.run(planCreate(anew.context, { crn: crn(1) }))).failing).toContainEqual(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('was under a policy of its machine') }),
  );
  const known = await testContext({ world, seed: 3, ledger, rootPolicy });
  expect((await known.run(planCreate(known.context, { crn: crn(1) }))).failing.map(({ code }) => code)).toEqual(['LEDGER_OTHER']);
});
