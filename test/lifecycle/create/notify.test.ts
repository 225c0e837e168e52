import { describe, expect, test } from 'vitest';
import { resume } from '../../../src/lifecycle/create/resume.ts';
import { codeOf, create, createVm } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const notifies = ({ requests }: { requests: readonly string[] }): string[] =>
  requests.filter((request) => request.endsWith('/control/allocation/notify'));

describe('R-05 the node is notified', () => {
  test('as soon as the message is processed: nobody waits for the scheduler', async () => {
    const t = await testContext();
    const vm = await t.run(createVm(t.context, { crn: 'http://crn-0.devnet.test' }));
    expect(vm.notifiedAt! - vm.processedAt!).toBeLessThan(3_000);
    expect(notifies(t)).toEqual(['POST http://crn-0.devnet.test/control/allocation/notify']);
  });

  test('not before the scheduler had its minute where a second word would kill a booting VM; then once, and not at all where it placed', async () => {
    const placed = await testContext();
    const vm = await placed.run(createVm(placed.context, { crn: 'http://crn-1.devnet.test' }));
    expect(vm).toMatchObject({ state: 'healthy', notifiedAt: null });
    expect(notifies(placed)).toEqual([]);

    const left = await testContext();
    left.fault('scheduler never-placed');
    const late = await left.run(createVm(left.context, { crn: 'http://crn-1.devnet.test' }));
    expect(late).toMatchObject({ state: 'healthy', attempt: 1 });
    expect(late.notifiedAt! - late.processedAt!).toBeGreaterThanOrEqual(75_000);
    expect(notifies(left)).toHaveLength(1);
  });

  test('where the scheduler says scheduled and does nothing, too', async () => {
    const t = await testContext();
    t.fault('scheduler never-pushed');
    const vm = await t.run(createVm(t.context, { crn: 'http://crn-1.devnet.test' }));
    expect(vm).toMatchObject({ state: 'healthy', attempt: 1 });
    expect(vm.notifiedAt! - vm.processedAt!).toBeLessThan(140_000);
  });

  test('again where it does not know the message yet, and then starts the VM', async () => {
    const t = await testContext();
    t.fault('scheduler never-placed', 'crn-0 message-unknown times=3');
    const vm = await t.run(createVm(t.context, { crn: 'http://crn-0.devnet.test' }));
    expect(vm).toMatchObject({ state: 'healthy', attempt: 1 });
    expect(t.ledger.effects({ vm: vm.id, point: 'create.started' }).map(({ outcome }) => outcome)).toEqual([
      'started',
      'notYet',
      'notYet',
      'notYet',
    ]);
  });

  test('and what the scheduler then finds too full for the VM is not torn down where the VM is what fills it', async () => {
    const t = await testContext();
    t.fault('crn-0 slow-boot 3m', 'scheduler no-room');
    const vm = await t.run(createVm(t.context, { crn: 'http://crn-0.devnet.test' }));
    expect(vm).toMatchObject({ state: 'healthy', attempt: 1 });
  });

  test('a node that is silent for one look is not taken for one that lacks the VM, whatever the scheduler says', async () => {
    let silent = 0;
    const t: TestContext = await testContext({
      instead: async (request) => {
        const age = t.devnet.clock.now() - (t.vms()[0]?.processedAt ?? t.devnet.clock.now());
        if (!/crn-0.*executions\/list/.test(request.url) || age < 60_000 || silent > 0) return null;
        silent += 1;
        return Response.json({}, { status: 502 });
      },
    });
    t.fault('crn-0 slow-boot 3m', 'scheduler no-room');
    const vm = await t.run(createVm(t.context, { crn: 'http://crn-0.devnet.test' }));
    expect(vm).toMatchObject({ state: 'healthy', attempt: 1 });
    expect(silent).toBe(1);
  });

  test('a late no is not heeded where the node lists the VM as starting', async () => {
    const t: TestContext = await testContext({
      instead: async (request) => {
        if (!request.url.endsWith('/control/allocation/notify')) return null;
        await t.devnet.clock.wait(75_000);
        return Response.json({ error: 'This CRN cannot host the requested instance at this time.' }, { status: 503 });
      },
    });
    t.fault('crn-0 slow-boot 3m');
    const vm = await t.run(createVm(t.context, { crn: 'http://crn-0.devnet.test' }));
    expect(vm).toMatchObject({ state: 'healthy', attempt: 1 });
  });

  test('a node that does not know of credits that have just come is asked again', async () => {
    let asked = 0;
    const t: TestContext = await testContext({
      instead: async (request) => {
        if (!request.url.endsWith('/control/allocation/notify') || asked > 2) return null;
        asked += 1;
        return Response.json({ error: 'Insufficient credits for this instance' }, { status: 402 });
      },
    });
    t.fault('scheduler never-placed');
    const vm = await t.run(createVm(t.context, { crn: 'http://crn-0.devnet.test' }));
    expect(vm).toMatchObject({ state: 'healthy', attempt: 1 });
    expect(asked).toBe(3);
  });

  test('a notify of which nothing came, as its process ended, is sent again', async () => {
    let cut = true;
    const t: TestContext = await testContext({
      timeoutMs: 4_000,
      instead: async (request) => {
        if (!request.url.endsWith('/control/allocation/notify') || !cut) return null;
        await t.devnet.clock.wait(30_000);
        throw new Error('the connection was never made');
      },
    });
    t.fault('scheduler never-pushed');
    expect(await t.run(codeOf(createVm(t.context, { crn: 'http://crn-0.devnet.test' })))).toBe('STILL_WAITING');
    const [vm] = t.vms();
    expect(vm).toMatchObject({ state: 'provisioning', notifiedAt: expect.any(Number) });
    cut = false;
    await t.run(t.devnet.clock.wait(60_000));
    expect(await t.run(resume({ ...t.context, timeoutMs: 600_000 }, vm!))).toMatchObject({ state: 'healthy', attempt: 1 });
    expect(t.ledger.effects({ vm: vm!.id, point: 'create.start' })).toHaveLength(2);
  });

  test('a node list that does not answer ends no wait', async () => {
    const first = await testContext();
    const { vm } = await first.run(create(first.context, { crn: 'http://crn-0.devnet.test' }, false));
    first.fault('crns-list status 503', 'ccn status 503 path=keys=corechannel');
    const other = await testContext({ world: first, seed: 2 });
    expect(await first.run(resume(other.context, vm))).toMatchObject({ state: 'healthy', attempt: 1 });
  });
});
