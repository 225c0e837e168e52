import { expect, test } from 'vitest';
import { openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { endVmScript } from '../../src/domain/ending/end-vm-script.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import { factsOf } from '../../src/domain/ledger/effect-facts.ts';
import { formatInstant } from '../../src/domain/text/instant.ts';
import { destroy } from '../../src/lifecycle/end/destroy.ts';
import { extend } from '../../src/lifecycle/extend/extend.ts';
import { planExtend } from '../../src/lifecycle/extend/plan-extend.ts';
import { gcRound, reap, seeReaper } from '../../src/lifecycle/gc/gc-round.ts';
import { planGc } from '../../src/lifecycle/gc/plan-gc.ts';
import { reconcile } from '../../src/lifecycle/gc/reconcile.ts';
import { safeRound } from '../../src/lifecycle/gc/safe-round.ts';
import { stopVm } from '../../src/lifecycle/operate/stop-vm.ts';
import { confirmCarrier, exportCarrier } from '../../src/lifecycle/timers/carrier.ts';
import { enforcementOf } from '../../src/lifecycle/timers/enforced-by.ts';
import { planCarrier } from '../../src/lifecycle/timers/plan-carrier.ts';
import { forgetsOf } from '../../src/lifecycle/timers/presign-forgets.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import type { Alert } from '../../src/ports/host/alerts.ts';
import { createVm, failureOf, planCreate } from '../support/lifecycle-calls.ts';
import { putLimits } from '../support/put-limits.ts';
import { network, openWorld, type TestContext, testContext } from '../support/test-context.ts';

type Exec = ChangeContext['shell']['exec'];

const textOf = async (feed: AsyncIterable<Uint8Array> | undefined): Promise<string> => {
  let text = '';
  for await (const chunk of feed ?? []) text += Buffer.from(chunk).toString('utf8');
  return text;
};

/** A guest that takes what it is given and says so, by what stands in the script. */
const guest = () => {
  const said = { texts: [] as string[], commands: [] as string[][], installed: '', deaf: false, timer: 'active' };
  const exec: Exec = async ({ command, feed }) => {
    const text = await textOf(feed);
    said.commands.push([...command]);
    if (said.deaf) throw new Failure('EXEC_FAILED', 'no SSH');
    said.texts.push(text);
    const script = /<<'END_OF_SCRIPT'\n([\s\S]*?)END_OF_SCRIPT\n/.exec(text)?.[1];
    if (script !== undefined) said.installed = script;
    if (text.includes('echo gone')) return { exitCode: 0, stdout: 'gone\n', stderr: '', truncated: false };
    const { createHash } = await import('node:crypto');
    const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(said.installed)?.[1] ?? '';
    const stdout = [
      `expires=${value('expires')}`,
      `limit=${value('limit')}`,
      `digest=${createHash('sha256').update(said.installed).digest('hex')}`,
      'machine=same',
      `timer=${said.timer}`,
    ].join('\n');
    return { exitCode: 0, stdout, stderr: '', truncated: false };
  };
  return { said, exec };
};

const longer = async (t: TestContext, reference: string, bySeconds: number): Promise<void> => {
  const plan = await planExtend(t.context, { reference, bySeconds, until: null, requestId: null, argumentsDigest: String(bySeconds) });
  await extend(t.context, plan);
};

test('issue 4 §2: FORGETs are signed with the INSTANCE, in one transaction, and sent by nobody', async () => {
  const { context, run, ledger, requests } = await testContext();
  const vm = await run(createVm(context, { guestTimer: true }));
  const forgets = forgetsOf(ledger, vm.id);
  expect(forgets).toHaveLength(3);
  expect(new Set(forgets.map(({ id }) => id)).size).toBe(3);
  for (const { bytes } of forgets) expect(JSON.parse(JSON.parse(bytes).message.item_content)).toMatchObject({ hashes: [vm.id] });
  const held = ledger.effects({ vm: vm.id }).at(-1)!;
  expect(held.point).toBe('create.hold');
  // the INSTANCE, and the head of the ledger at two hosts
  expect(requests.filter((line) => line.startsWith('POST') && line.endsWith('/api/v0/messages'))).toHaveLength(3);
  for (const { id } of forgets) {
    const words = await run((await context.cloud()).messages.statusOf(id));
    expect(new Set(words.map(({ status }) => status))).toEqual(new Set(['unknown']));
  }
});

test('the timer is put in after health, read back, and never through a command line', async () => {
  const { said, exec } = guest();
  const { context, run, ledger, warnings, phases } = await testContext({ exec });
  const vm = await run(createVm(context, { guestTimer: true }));
  expect(said.commands).toEqual([['sh', '-s']]);
  expect(phases.indexOf('armed')).toBeGreaterThan(phases.indexOf('healthy'));
  expect(enforcementOf(ledger, vm, context.clock.now())).toMatchObject({
    by: ['guest'],
    guest: { state: 'armed', expiresAt: vm.expiresAt },
  });
  expect(warnings.map(({ code }) => code)).toEqual(['ONE_ENFORCER']);
  for (const { bytes } of forgetsOf(ledger, vm.id)) expect(said.installed).toContain(bytes);
});

test('what does not say that its timer runs is not armed, and create says so', async () => {
  const { said, exec } = guest();
  said.timer = 'inactive';
  const { context, run, ledger, warnings } = await testContext({ exec });
  const vm = await run(createVm(context, { guestTimer: true }));
  expect(enforcementOf(ledger, vm, context.clock.now())).toMatchObject({
    by: [],
    guest: { state: 'failed', problem: 'its timer does not run' },
  });
  expect(warnings).toEqual([{ code: 'TTL_NOT_ENFORCED', message: expect.stringContaining('no timer in it: its timer does not run') }]);
});

test('on by itself up to a day, said in the plan; off where it is not wanted', async () => {
  const { context, run } = await testContext();
  const plan = (wish: object) => run(planCreate(context, { guestTimer: null, ...wish }));
  expect((await plan({ ttlSeconds: 24 * 3600 })).subject.guestTimer).toBe(true);
  expect((await plan({})).notes).toEqual([expect.stringContaining('Anyone who can read its disk could trigger that early')]);
  expect((await plan({ guestTimer: false })).notes).toBeUndefined();
  expect((await plan({ ttlSeconds: 25 * 3600 })).subject.guestTimer).toBe(false);
});

test('the reaper ends what has expired without the key, and says what it left', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { guestTimer: false }));
  const locked: ChangeContext = {
    ...t.context,
    keys: {
      ...t.context.keys,
      signer: async () => {
        throw new Failure('KEY_LOCKED', 'locked');
      },
    },
  };
  await t.devnet.clock.advance(3_600_000);
  const done = await t.run(reap(locked));
  expect(done).toMatchObject([{ id: vm.id, reason: 'expired', reached: 'terminated', problem: null }]);
  expect(t.vms()[0]).toMatchObject({ state: 'terminated', receipt: { eraseRequested: false } });
  expect(t.bills()[0]!.endedAt).not.toBeNull();
  expect(t.ledger.effects({ vm: vm.id }).map(({ point }) => point)).not.toContain('destroy.signed');
});

test('a rejected message is followed by the next one; a key is needed only when all are used', async () => {
  const t = await testContext();
  const locked = { ...t.context, keys: { ...t.context.keys, signer: () => Promise.reject(new Failure('KEY_LOCKED', 'locked')) } };
  const vm = await t.run(createVm(t.context, { guestTimer: false }));
  const cloud = await t.context.cloud();
  const [first] = forgetsOf(t.ledger, vm.id).reverse();
  const { messages } = t.devnet.ccn.state('a');
  // as after an early post that the host gave up on
  const row = messages.get(vm.id)!;
  messages.set(first!.id, { ...row, envelope: { ...row.envelope, item_hash: first!.id }, status: 'rejected' });
  expect((await t.run(cloud.messages.statusOf(first!.id))).some(({ status }) => status === 'rejected')).toBe(true);
  await t.run(destroy(locked, vm.id, 'destroy'));
  const sent = t.ledger.effects({ vm: vm.id }).find(({ point }) => point === 'destroy.published');
  expect(factsOf('destroy.published', sent!).forget).not.toBe(first!.id);
  expect(forgetsOf(t.ledger, vm.id)).toHaveLength(3);
});

test('only what was seen within the hour counts', async () => {
  const { exec } = guest();
  const t = await testContext({ exec });
  const vm = await t.run(createVm(t.context, { guestTimer: true, ttlSeconds: 4 * 3600 }));
  expect(enforcementOf(t.ledger, vm, t.context.clock.now()).by).toEqual(['guest']);
  await t.devnet.clock.advance(61 * 60_000);
  expect(enforcementOf(t.ledger, vm, t.context.clock.now()).by).toEqual([]);
  await t.run(reap(t.context));
  expect(enforcementOf(t.ledger, vm, t.context.clock.now()).by).toEqual(['guest']);
  await t.run(seeReaper(t.context, t.account));
  expect(enforcementOf(t.ledger, vm, t.context.clock.now()).by).toEqual(['guest', 'reaper']);
});

test('gc arms what could not be armed, and leaves a guest that it cannot reach as it is', async () => {
  const { said, exec } = guest();
  said.deaf = true;
  const t = await testContext({ exec });
  const vm = await t.run(createVm(t.context, { guestTimer: true, ttlSeconds: 4 * 3600 }));
  expect(await t.run(planGc(t.context, t.account))).toMatchObject([{ id: vm.id, reason: 'unarmed' }]);
  await t.run(gcRound(t.context, t.account, await t.run(planGc(t.context, t.account))));
  expect(enforcementOf(t.ledger, vm, t.context.clock.now()).guest).toMatchObject({ state: 'failed', problem: 'SSH into it failed' });
  said.deaf = false;
  await t.run(gcRound(t.context, t.account, await t.run(planGc(t.context, t.account))));
  expect(enforcementOf(t.ledger, vm, t.context.clock.now()).by).toEqual(['guest']);
  expect(await t.run(planGc(t.context, t.account))).toEqual([]);
});

test('the rounds of a safe try a guest that does not take its timer less and less often', async () => {
  const { said, exec } = guest();
  said.deaf = true;
  let tries = 0;
  const counted: typeof exec = (...given) => {
    tries += 1;
    return exec(...given);
  };
  const t = await testContext({ exec: counted });
  await t.run(createVm(t.context, { guestTimer: true, ttlSeconds: 4 * 3600 }));
  const triedIn = async (minutes: number): Promise<number> => {
    const before = tries;
    for (let minute = 0; minute < minutes; minute += 1) {
      await t.run(safeRound(t.context));
      await t.run(t.devnet.clock.wait(60_000));
    }
    return tries - before;
  };
  expect(await triedIn(8)).toBeLessThan(5);
  expect(await triedIn(16)).toBeLessThan(3);
  said.deaf = false;
  await t.run(t.devnet.clock.wait(16 * 60_000));
  await t.run(safeRound(t.context));
  expect(await t.run(planGc(t.context, t.account))).toEqual([]);
});

const exported = async (t: TestContext, name: string) => exportCarrier(t.context, await planCarrier(t.context, name, 'digest'));

test('a carrier counts once the other machine was seen to have exactly what was exported', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { guestTimer: false }));
  const { script } = await t.run(exported(t, vm.name));
  expect(script).toContain('where=carrier');
  expect(enforcementOf(t.ledger, vm, t.context.clock.now()).by).toEqual([]);
  expect(await t.run(failureOf(confirmCarrier(t.context, vm.name, `digest=${'0'.repeat(64)}\n`)))).toMatchObject({
    code: 'CARRIER_UNKNOWN',
  });
  const { createHash } = await import('node:crypto');
  await t.run(confirmCarrier(t.context, vm.name, `expires=1\r\ndigest=${createHash('sha256').update(script).digest('hex')}\r\n`));
  expect(enforcementOf(t.ledger, vm, t.context.clock.now()).by).toEqual(['carrier']);
});

test('S-23 an expiry that was edited moves neither the timer in the guest nor the script of another machine; a real extension does', async () => {
  const { said, exec } = guest();
  const t = await testContext({ exec });
  const vm = await t.run(createVm(t.context, { guestTimer: true, ttlSeconds: 4 * 3600 }));
  const seconds = (name: string, script: string): number => Number(new RegExp(`^${name}=(.*)$`, 'm').exec(script)?.[1]);
  const scripts = async (): Promise<string[]> => {
    await t.run(gcRound(t.context, t.account, await t.run(planGc(t.context, t.account))));
    return [said.installed, (await t.run(exported(t, vm.name))).script];
  };
  const right = { expires: Math.ceil(vm.expiresAt / 1000), limit: seconds('limit', said.installed) };
  for (const expiresAt of [vm.expiresAt + 100 * 24 * 3600_000, t.devnet.clock.now() + 60_000]) {
    t.ledger.write('destroy.begin', (transaction) => transaction.updateVm(vm.id, { expiresAt, signedAt: expiresAt }));
    // whatever makes the timer be put in again
    const row = t.ledger.enforcers({ network, subject: vm.id, kind: 'guest' })[0]!;
    t.ledger.write('guest.armed', (transaction) => transaction.putEnforcer({ ...row, state: 'failed' }));
    for (const script of await scripts()) {
      expect({ expires: seconds('expires', script), limit: seconds('limit', script) }).toEqual(right);
    }
  }
  t.ledger.write('destroy.begin', (transaction) => transaction.updateVm(vm.id, { expiresAt: vm.expiresAt, signedAt: vm.signedAt }));
  await t.run(longer(t, vm.name, 3600));
  for (const script of await scripts()) expect(seconds('expires', script)).toBe(right.expires + 3600);
});

test('a carried script that ends the VM before its new expiry is told of with the extension', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { guestTimer: false, ttlSeconds: 4 * 3600 }));
  const { limitAt } = await t.run(exported(t, vm.name));
  putLimits(t.ledger, t.account, { maxTtlSeconds: 240 * 3600, askAboveCredits: 10n ** 9n });
  t.warnings.splice(0);
  await t.run(longer(t, vm.name, 20 * 3600));
  expect(t.warnings.map(({ code }) => code)).not.toContain('LIMIT_BEFORE_EXPIRY');
  await t.run(longer(t, vm.name, 40 * 3600));
  const told = t.warnings.find(({ code }) => code === 'LIMIT_BEFORE_EXPIRY');
  expect(told?.message).toContain(formatInstant(limitAt));
  expect(t.ledger.vm(vm.id)!.expiresAt).toBeGreaterThan(limitAt);
});

test('every extension says that the timer was not moved, not only the first', async () => {
  const { said, exec } = guest();
  const t = await testContext({ exec });
  const vm = await t.run(createVm(t.context, { guestTimer: true, ttlSeconds: 3600 }));
  said.deaf = true;
  for (const old of [formatInstant(vm.expiresAt), formatInstant(vm.expiresAt)]) {
    t.warnings.splice(0);
    await t.run(longer(t, vm.name, 600));
    expect(t.warnings.find(({ code }) => code === 'TIMER_NOT_MOVED')?.message).toContain(old);
  }
});

test('a timer of which a rebuilt ledger knows nothing is put in anew by gc, and taken out by a stop', async () => {
  const { said, exec } = guest();
  const world = await openWorld();
  const vm = await world.run(createVm((await testContext({ world, exec })).context, { guestTimer: true }));
  const rebuilt = () => testContext({ world, exec, seed: 2, ledger: openMemoryLedger({ now: world.devnet.clock.now }) });
  const t = await rebuilt();
  await t.run(reconcile(t.context, t.account));
  expect(enforcementOf(t.ledger, t.ledger.vm(vm.id)!, t.context.clock.now()).by).toEqual([]);
  await t.run(gcRound(t.context, t.account, []));
  expect(enforcementOf(t.ledger, t.ledger.vm(vm.id)!, t.context.clock.now())).toMatchObject({
    by: ['guest'],
    guest: { expiresAt: vm.expiresAt },
  });
  const other = await rebuilt();
  await other.run(reconcile(other.context, other.account));
  said.texts.splice(0);
  await other.run(stopVm(other.context, vm.id));
  expect(said.texts.some((text) => text.includes('echo gone'))).toBe(true);
  await world.close();
});

test('alerts are told once in six hours, again where they were not taken, and hold nothing but our own words', async () => {
  const told: Alert[] = [];
  let takes = false;
  const alerts: ChangeContext['host']['alerts'] = {
    file: async () => '',
    target: async () => ({ command: '/bin/true', url: null }),
    check: async () => {},
    choose: async () => undefined,
    deliver: async (alert) => {
      told.push(alert);
      return takes ? [] : ['command'];
    },
  };
  const t = await testContext({ alerts });
  const vm = await t.run(createVm(t.context, { guestTimer: false, ttlSeconds: 4 * 3600 }));
  const round = async (): Promise<string[]> => {
    told.length = 0;
    await t.run(gcRound(t.context, t.account, await t.run(planGc(t.context, t.account))));
    return told.map(({ code }) => code);
  };
  expect(await round()).toEqual(['TTL_NOT_ENFORCED']);
  expect(told[0]).toMatchObject({ vm: vm.id, name: vm.name, network, account: t.account });
  takes = true;
  expect(await round()).toEqual(['TTL_NOT_ENFORCED']);
  expect(await round()).toEqual([]);
  await t.devnet.clock.advance(3 * 3600_000);
  t.fault('ccn-b status 503 path=/api/v0/aggregates');
  await t.devnet.clock.advance(3600_000);
  expect(await round()).toContain('JOURNAL_UNREADABLE');
  await t.devnet.clock.advance(6 * 3600_000);
  t.fault('ccn status 503');
  told.length = 0;
  expect(await t.run(failureOf(reap(t.context)))).toMatchObject({ code: expect.stringMatching(/^NETWORK_/) });
  expect(told.map(({ code }) => code)).toEqual(['JOURNAL_UNREADABLE']);
  expect(t.vms()[0]!.state).toBe('healthy');
});

test('the script is written of plain words only', () => {
  expect(() => endVmScript({ vm: 'x', account: '', expiresAt: 0, limitAt: 0, hosts: [], forgets: [], where: 'guest' })).toThrow();
});

test('where policy asks for a timer, a VM that cannot be armed ends after ten minutes', async () => {
  const { said, exec } = guest();
  said.deaf = true;
  const t = await testContext({ exec });
  putLimits(t.ledger, t.account, { endUnarmedSeconds: 600 });
  const failure = await t.run(failureOf(createVm(t.context, { guestTimer: true })));
  expect(failure).toMatchObject({ code: 'CREATE_FAILED', message: expect.stringContaining('timer of its own') });
  const [vm] = t.vms();
  expect(vm).toMatchObject({ state: 'terminated', ending: 'unarmed' });
  expect(vm!.terminatedAt! - vm!.healthyAt!).toBeGreaterThanOrEqual(600_000);
  expect(vm!.terminatedAt! - vm!.healthyAt!).toBeLessThan(660_000);
});

test('a policy that cannot be read keeps no VM from being looked after, and nobody from being alerted', async () => {
  const raised: Alert[] = [];
  const { said, exec } = guest();
  const t = await testContext({ exec });
  const vm = await t.run(createVm(t.context, { guestTimer: true }));
  said.timer = 'inactive';
  await t.run(t.devnet.clock.wait(40 * 60_000));
  const alerts = {
    ...t.context.host.alerts,
    target: async () => ({ command: '/bin/tell', url: null }),
    deliver: async (alert: Alert) => {
      raised.push(alert);
      return [];
    },
  };
  const rootPolicy = () => {
    throw new Failure('CONFIG_INVALID', 'not JSON');
  };
  const context = { ...t.context, host: { ...t.context.host, alerts }, rootPolicy } as ChangeContext;
  await t.run(gcRound(context, t.account, await t.run(planGc(context, t.account))));
  expect(raised.map(({ code }) => code)).toContain('ONE_ENFORCER');
  expect(t.warnings).toContainEqual({ code: 'CONFIG_INVALID', message: expect.stringContaining(vm.id.slice(0, 12)) });
});
