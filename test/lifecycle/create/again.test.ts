import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { shortId } from '../../../src/domain/text/short-id.ts';
import { resume } from '../../../src/lifecycle/create/resume.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { codeOf, create, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { Death, openWorld, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';

test('W-11A the same request id gives the same VM, whatever the wait', async () => {
  const t = await testContext();
  const wish = { crn, name: 'ci', requestId: 'build-71' };
  const first = await t.run(create(t.context, wish, false));
  expect(first.replayed).toBe(false);
  const again = await t.run(create(t.context, wish, true));
  expect(again).toMatchObject({ replayed: true, vm: { id: first.vm.id, state: 'healthy' } });
  expect(await t.run(create(t.context, wish))).toMatchObject({ replayed: true, vm: { id: first.vm.id } });
  expect(t.bills()).toHaveLength(1);
});

test('the same request id with other arguments: REQUEST_ID_CONFLICT', async () => {
  const t = await testContext();
  await t.run(create(t.context, { crn, name: 'ci', requestId: 'build-71' }, false));
  const failure = await t.run(failureOf(create(t.context, { crn, name: 'ci', requestId: 'build-71', ttlSeconds: 7200 })));
  expect(failure).toMatchObject({ code: 'REQUEST_ID_CONFLICT', exit: 7 });
  expect(t.bills()).toHaveLength(1);
});

test('a create that failed with everything proven gone leaves its request id free', async () => {
  const t = await testContext();
  const wish = { crn, name: 'ci', requestId: 'build-71' };
  const lift = t.fault('crn-0 full', 'scheduler never-placed');
  expect(await t.run(codeOf(createVm(t.context, wish)))).toBe('CREATE_FAILED');
  lift();
  await t.run(t.devnet.clock.wait(31_000));
  const made = await t.run(create(t.context, wish));
  expect(made).toMatchObject({ replayed: false, vm: { state: 'healthy' } });
  expect(t.bills()).toHaveLength(2);
  expect(t.bills().filter(({ endedAt }) => endedAt === null)).toHaveLength(1);
});

test('a request id whose VM was destroyed answers with what became of it, and makes no other', async () => {
  const t = await testContext();
  const wish = { crn, name: 'ci', requestId: 'build-71' };
  const { vm } = await t.run(create(t.context, wish));
  await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(await t.run(create(t.context, wish))).toMatchObject({ replayed: true, vm: { id: vm.id, state: 'terminated' } });
  expect(t.bills()).toHaveLength(1);
});

test('W-115 a create that was killed is gone on with by its request id: the same bytes within ten minutes, one VM', async () => {
  const world = await openWorld();
  const wish = { crn, name: 'ci', requestId: 'build-71' };
  const dying = await testContext({
    world,
    crash: (point, when) => {
      if (point === 'create.publish' && when === 'before') throw new Death();
    },
  });
  await expect(world.run(createVm(dying.context, wish))).rejects.toThrow(Death);
  expect(dying.bills()).toEqual([]);
  const [row] = dying.vms();
  const next = await testContext({ world, seed: 2 });
  expect(await world.run(create(next.context, wish))).toMatchObject({ replayed: true, vm: { id: row!.id, state: 'healthy' } });
  expect(next.bills()).toMatchObject([{ hash: row!.id }]);
  await world.close();
});

test('W-115 killed before the post and left for more than ten minutes: never sent, dormant in the end', async () => {
  const world = await openWorld();
  const wish = { crn, name: 'ci', requestId: 'build-71' };
  const dying = await testContext({
    world,
    crash: (point, when) => {
      if (point === 'create.publish' && when === 'before') throw new Death();
    },
  });
  await expect(world.run(createVm(dying.context, wish))).rejects.toThrow(Death);
  await world.run(world.devnet.clock.wait(11 * 60_000));
  const next = await testContext({ world, seed: 2 });
  expect(await world.run(codeOf(createVm(next.context, wish)))).toBe('CREATE_FAILED');
  expect(next.vms()).toMatchObject([{ state: 'dormant', hold: 0n }]);
  expect(next.bills()).toEqual([]);
  await world.close();
});

test('an identical create without an id while one is under way: POSSIBLE_DUPLICATE; afterwards another VM', async () => {
  const t = await testContext();
  const wish = { crn };
  const first = await t.run(create(t.context, wish, false));
  const failure = await t.run(failureOf(create(t.context, wish)));
  expect(failure).toMatchObject({ code: 'POSSIBLE_DUPLICATE', exit: 7 });
  expect(failure.details.fix?.command).toBe(`aleph-agent vm wait ${first.vm.name}`);
  // Other arguments are another VM, and so is a request id.
  expect(await t.run(create(t.context, { ...wish, requestId: 'two' }, false))).toMatchObject({ replayed: false });
});

test('NAME_TAKEN while a VM of that name lives; --if-exists return gives that one; afterwards the name is free', async () => {
  const t = await testContext();
  const { vm } = await t.run(create(t.context, { crn, name: 'ci' }));
  const failure = await t.run(failureOf(create(t.context, { crn, name: 'ci', ttlSeconds: 7200 })));
  expect(failure).toMatchObject({ code: 'NAME_TAKEN', exit: 7 });
  const returned = await t.run(create(t.context, { crn, name: 'ci', ttlSeconds: 7200, ifExists: 'return' }));
  expect(returned).toMatchObject({ replayed: true, vm: { id: vm.id } });
  await t.run(destroy(t.context, vm.id, 'destroy'));
  await t.run(t.devnet.clock.wait(60_000));
  expect((await t.run(planCreate(t.context, { crn, name: 'ci' }))).failing).toEqual([]);
});

test('W-016 the VM that a create gave first leads to the attempt after it, also where that create has ended meanwhile', async () => {
  const t = await testContext();
  t.fault('crn dies-mid-boot times=1');
  const { vm: first } = await t.run(create(t.context, { name: 'ci' }, false));
  const ended = await t.run(resume(t.context, first));
  expect(ended).toMatchObject({ state: 'healthy', attempt: 2 });
  const row = t.ledger.vm(first.id)!;
  expect(row).toMatchObject({ state: 'terminated', ending: 'failed' });
  expect(await t.run(resume(t.context, row))).toMatchObject({ id: ended.id, state: 'healthy' });
  await t.run(destroy(t.context, ended.id, 'destroy'));
  expect(await t.run(resume(t.context, row))).toMatchObject({ id: ended.id, state: 'terminated', ending: 'destroy' });
});

test('W-016 a create that failed says the same however often it is looked at, and names its VM', async () => {
  const t = await testContext();
  t.fault('crn-0 full', 'scheduler never-placed');
  const { vm } = await t.run(create(t.context, { crn, name: 'ci' }, false));
  const first = await t.run(failureOf(resume(t.context, vm)));
  expect(first).toMatchObject({ code: 'CREATE_FAILED', details: { facts: { name: 'ci' } } });
  expect(await t.run(failureOf(resume(t.context, t.ledger.vm(vm.id)!)))).toEqual(first);
});

test('W-016 a failure to go on with a VM names that VM, whatever it is about', async () => {
  const t = await testContext();
  const { vm } = await t.run(create(t.context, { crn, name: 'ci' }, false));
  const locked = new Failure('KEY_LOCKED', 'The key is locked.');
  const cloud = () => Promise.reject(locked);
  const failure = await t.run(failureOf(resume({ ...t.context, cloud }, vm)));
  expect(failure).toMatchObject({ code: 'KEY_LOCKED', details: { facts: { id: shortId(vm.id), name: 'ci' } } });
});
