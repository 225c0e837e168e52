import { describe, expect, it } from 'vitest';
import { forgetsOf } from '../../../src/lifecycle/timers/presign-forgets.ts';
import { cli } from '../../support/cli-world.ts';
import { armedGuest } from '../../support/devnet/armed-guest.ts';
import { createVm, planCreate } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const minute = 60_000;
const call = (t: TestContext, line: string) => t.run(cli(line, { context: t.context, environment: { NO_COLOR: '1' } }));
const dataOf = async (t: TestContext, line: string) => (await call(t, `${line} --json --full`)).json().data as Record<string, never>;

/** A VM with a timer in it, which posts the FORGET that it carries once the VM has expired. */
const ended = async (): Promise<TestContext> => {
  const t = await testContext({ exec: armedGuest() });
  const vm = await t.run(createVm(t.context, { name: 'job', guestTimer: true }));
  await t.devnet.clock.advance(61 * minute);
  const [carried] = forgetsOf(t.ledger, vm.id);
  const posted = await t.run(
    t.devnet.fetch(
      new Request(`${t.devnet.origins.ccnA}/api/v0/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: carried!.bytes,
      }),
    ),
  );
  expect(posted.status).toBe(200);
  await t.devnet.clock.advance(9 * minute);
  return t;
};

const byItself = { by: 'guest', at: expect.stringMatching(/^2026-11-20T13:01:/) };

describe('I-01: a VM that its own timer ended, which two hosts have forgotten', () => {
  it('I-01 is ended in every view, by whom and when, and burns nothing', async () => {
    const t = await ended();
    const [listed] = (await dataOf(t, 'vm ls'))['items'] as unknown as object[];
    expect(listed).toMatchObject({ state: 'ended', ended: byItself });
    expect((await dataOf(t, 'vm ls'))['totals']).toMatchObject({ live: 0, usdPerHour: '0' });
    expect(await dataOf(t, 'vm show job')).toMatchObject({ state: 'ended', ended: byItself });
    expect(await dataOf(t, 'status')).toMatchObject({ live: 0, usdPerHour: '0', vms: [{ name: 'job', state: 'ended' }] });
    const doctor = (await dataOf(t, 'doctor')) as unknown as { problems: { check: string; says: string }[]; passed: { says: string }[] };
    expect(doctor.problems.filter(({ says }) => says.includes('job'))).toEqual([]);
    expect(doctor.passed.map(({ says }) => says)).toContainEqual(expect.stringContaining('job was ended by its own timer'));
  });

  it('I-01 no view says that it bills on; each says what puts the end on record', async () => {
    const t = await ended();
    for (const line of ['status', 'vm ls', 'vm show job']) {
      const { stderr, stdout } = await call(t, line);
      expect(stdout + stderr).not.toContain('bills on');
      expect(stderr).toContain('job was ended at 2026-11-20T13:01:');
      expect(stderr).toContain('aleph-agent gc --execute (ENDED)');
    }
  });

  it('I-01 once seen it is ended without the network, too, and in the ledger', async () => {
    const t = await ended();
    await call(t, 'vm ls');
    const lift = t.fault('ccn status 503');
    expect((await dataOf(t, 'vm ls --offline'))['items']).toMatchObject([{ state: 'ended', ended: byItself }]);
    expect(await dataOf(t, 'status --offline')).toMatchObject({ live: 0, vms: [{ state: 'ended' }] });
    expect(await dataOf(t, 'ledger show job')).toMatchObject({ vms: [{ state: 'ended', ended: byItself }] });
    lift();
  });

  it('I-01 gc puts it on record as what it was, with the hold of the time that it ran', async () => {
    const t = await ended();
    expect((await dataOf(t, 'gc'))['items']).toMatchObject([{ name: 'job', reason: 'ended', state: 'ended', reached: null }]);
    expect((await dataOf(t, 'gc --execute'))['items']).toMatchObject([{ reason: 'ended', reached: 'ended', problem: null }]);
    expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'guest', receipt: { nodeAnswer: expect.any(String) } }]);
    expect(t.vms()[0]!.hold).toBeLessThanOrEqual(15_000n);
    expect((await dataOf(t, 'vm ls --all'))['items']).toMatchObject([{ state: 'ended', ended: byItself }]);
    expect(await dataOf(t, 'vm show job')).toMatchObject({ state: 'ended', ended: byItself });
    expect(await dataOf(t, 'ledger show job')).toMatchObject({ vms: [{ state: 'ended', ended: byItself }] });
    expect((await dataOf(t, 'ledger ls --vm job'))['items']).toContainEqual(
      expect.objectContaining({ what: 'destroy.terminated', outcome: 'ended', facts: expect.objectContaining({ by: 'guest' }) }),
    );
    expect((await dataOf(t, 'gc'))['items']).toEqual([]);
  });

  it('I-01 destroying it changes nothing, and is told so', async () => {
    const t = await ended();
    expect(await dataOf(t, 'vm destroy job')).toMatchObject({ changed: false, items: [{ state: 'ended', changed: false }] });
    expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'guest' }]);
  });

  it('I-01 it takes no slot and no burn of the next create, before anything put it on record', async () => {
    const t = await ended();
    const { checks } = await t.run(planCreate(t.context, { name: 'next' }));
    const figures = Object.fromEntries(checks.map(({ code, figure }) => [code, figure]));
    expect(figures).toMatchObject({ TOO_MANY_VMS: '1', BURN_LIMIT: '0.01425' });
    expect(t.vms()).toMatchObject([{ state: 'healthy' }]);
  });

  it('I-01 one host that says forgotten is no end', async () => {
    const t = await testContext({ exec: armedGuest() });
    const vm = await t.run(createVm(t.context, { name: 'job', guestTimer: true }));
    t.devnet.ccn.state('a').messages.get(vm.id)!.status = 'forgotten';
    expect((await dataOf(t, 'vm ls'))['items']).toMatchObject([{ state: 'healthy', ended: null }]);
    expect(await dataOf(t, 'vm show job')).toMatchObject({ state: 'healthy', ended: null });
    expect(await dataOf(t, 'status')).toMatchObject({ live: 1, usdPerHour: '0.01425' });
  });

  it('I-01 what the network removed for want of credits is ended by the network', async () => {
    const t = await testContext();
    const vm = await t.run(createVm(t.context, { name: 'job' }));
    for (const host of ['a', 'b'] as const) {
      Object.assign(t.devnet.ccn.state(host).messages.get(vm.id)!, { status: 'removed', endedAt: t.devnet.clock.now() / 1000 });
    }
    expect(await dataOf(t, 'vm show job')).toMatchObject({ state: 'ended', ended: { by: 'network' } });
  });
});
