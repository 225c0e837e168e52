import { describe, expect, it, onTestFinished } from 'vitest';
import { openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { defaultSettings, OFFICIAL_OWNER } from '../../../src/devnet/ccn/pricing/default-aggregates.ts';
import { createOwnerChecks } from '../../../src/devnet/crn/world/owner-checks.ts';
import { narrowEntry } from '../../../src/domain/grants/grant-entry.ts';
import { factsOf } from '../../../src/domain/ledger/effect-facts.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import { reap, seeReaper } from '../../../src/lifecycle/gc/gc-round.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { forgetsOf } from '../../../src/lifecycle/timers/presign-forgets.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import { called } from '../../support/approval/approved-call.ts';
import { strangerOf } from '../../support/devnet/devnet-moves.ts';
import { codeOf, create, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { grantedOn } from '../../support/payer/grant-by-client.ts';
import { delegatedContext, grantsOf, letRent, payerIn, takeBack } from '../../support/payer/payer.ts';
import { openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const hour = 3_600_000;

type Options = Omit<Parameters<typeof delegatedContext>[0] & object, 'world'>;

const open = async (options: Options = {}) => {
  const world = await openWorld(options.devnet);
  onTestFinished(() => world.close());
  return delegatedContext({ ...options, world });
};

const alertsInto = (heard: object[]): ChangeContext['host']['alerts'] => ({
  target: async () => ({ command: null, url: null }),
  check: async () => {},
  choose: async () => {},
  file: async () => '',
  deliver: async (alert) => {
    heard.push(alert);
    return [];
  },
});

const messageOf = (t: TestContext, id: string) => t.devnet.ccn.state('a').messages.get(id)!;
const posts = (t: TestContext): number => t.requests.filter((line) => line.startsWith('POST') && line.endsWith('/api/v0/messages')).length;
const dataOf = async (t: TestContext, name: string, raw: Readonly<Record<string, unknown>>) =>
  ((await called(t, name, raw)) as { data: Record<string, unknown> }).data;

describe('a VM that another account pays', () => {
  it('W-023 W-025 A-033: it costs the payer, is sent by the key on the channel of the grant, and every record says so', async () => {
    const t = await open();
    await letRent(t);
    const vm = await t.run(createVm(t.context, { name: 'ci' }));
    expect(vm).toMatchObject({ state: 'healthy', account: t.account, payer: t.payer });
    const { envelope, content } = messageOf(t, vm.id);
    expect([envelope.sender, content?.address, envelope.channel]).toEqual([t.account, t.payer, grantedOn]);
    expect(t.devnet.ccn.bills()).toMatchObject([{ hash: vm.id, owner: t.payer }]);
    const [held] = t.ledger.effects({ vm: vm.id, point: 'create.hold' });
    expect(factsOf('create.hold', held!)).toMatchObject({ payer: t.payer });
    // journal and head are of the key's own account, without a grant
    expect(t.devnet.chain.aggregate(t.account, 'aleph-agent')).toHaveProperty('ledger');
    expect(t.devnet.chain.aggregate(t.payer, 'aleph-agent')).toBe(null);
    expect(await dataOf(t, 'vm show', { vm: 'ci' })).toMatchObject({ payer: t.payer });
    expect(await dataOf(t, 'vm ls', {})).toMatchObject({ items: [{ payer: t.payer }] });
    expect(await dataOf(t, 'ledger show', { id: 'ci' })).toMatchObject({ vms: [{ payer: t.payer }] });
    expect(await dataOf(t, 'vm destroy', { vms: ['ci'] })).toMatchObject({
      items: [{ state: 'terminated', payer: t.payer, nodeAnswer: 'erased' }],
    });
    expect(t.devnet.ccn.bills().every(({ endedAt }) => endedAt !== null)).toBe(true);
  });

  it('W-023 without a grant that lets it, nothing is signed: GRANT_MISSING names authz request', async () => {
    const t = await open();
    const refused = await t.run(failureOf(createVm(t.context, { name: 'ci' })));
    expect(refused).toMatchObject({ code: 'GRANT_MISSING', exit: 9, details: { fix: { command: 'aleph-agent authz request' } } });
    for (const entry of [
      narrowEntry('0x1111111111111111111111111111111111111111', grantedOn),
      { ...narrowEntry(t.account, grantedOn), types: ['AGGREGATE'] },
      { ...narrowEntry(t.account, grantedOn), chain: 'SOL' },
    ]) {
      await grantsOf(t, [entry]);
      expect(await codeOf(t.run(createVm(t.context, { name: 'ci' })))).toBe('GRANT_MISSING');
    }
    expect([t.ledger.vms(), t.devnet.ccn.bills()]).toEqual([[], []]);
    // a plan that was made while the grant stood is not applied without it
    await letRent(t);
    const plan = await t.run(planCreate(t.context, { name: 'ci' }));
    expect(plan.terms).toMatchObject({ account: t.account, payer: t.payer });
  });

  it('where one host of two does not show the grant, nothing is spent', async () => {
    const t = await open();
    await letRent(t);
    t.fault(`ccn-b status 503 path=/api/v0/aggregates/${t.payer}`);
    expect(await codeOf(t.run(createVm(t.context, { name: 'ci' })))).toBe('GRANTS_UNREADABLE');
    expect(t.ledger.vms()).toEqual([]);
  });

  it('an entry without channels, or with several, is used as the network reads it', async () => {
    const t = await open();
    const { channels: _, ...anywhere } = narrowEntry(t.account, grantedOn);
    await grantsOf(t, [anywhere]);
    const first = await t.run(createVm(t.context, { name: 'first' }));
    expect(messageOf(t, first.id).envelope.channel).toBe('ALEPH-AGENT');
    await grantsOf(t, [{ ...anywhere, channels: ['OTHER', grantedOn] }]);
    const second = await t.run(createVm(t.context, { name: 'second' }));
    expect(messageOf(t, second.id).envelope.channel).toBe(grantedOn);
  });

  it('N-08 ports, extensions and the timer: settings under the payer, journal under the key', async () => {
    const t = await open();
    await letRent(t);
    const vm = await t.run(createVm(t.context, { name: 'ci' }));
    await called(t, 'vm port add', { vm: 'ci', ports: ['8080'] });
    expect(t.devnet.chain.aggregate(t.payer, 'port-forwarding')).toMatchObject({ [vm.id]: { ports: { 8080: { tcp: true, udp: false } } } });
    expect(t.devnet.chain.aggregate(t.account, 'port-forwarding')).toBe(null);
    expect(await dataOf(t, 'vm port ls', { vm: 'ci' })).toMatchObject({ total: 2 });
    await called(t, 'vm extend', { vm: 'ci', by: '1h' });
    expect(t.devnet.chain.aggregate(t.account, 'aleph-agent')).toHaveProperty(vm.id);
    const [held] = t.ledger.effects({ vm: vm.id, point: 'extend.hold' });
    expect(factsOf('extend.hold', held!)).toMatchObject({ payer: t.payer });
    expect(await dataOf(t, 'vm destroy', { vms: ['ci'] })).toMatchObject({ items: [{ forwardsRemoved: true }] });
    expect(t.devnet.chain.aggregate(t.payer, 'port-forwarding')).toEqual({ [vm.id]: null });
  });

  it('what acts on the VM later takes the payer of its record, not the flag; a redeploy too', async () => {
    const t = await open();
    await letRent(t);
    await t.run(createVm(t.context, { name: 'ci' }));
    const own = await testContext({ world: t, seed: 2 });
    expect(await dataOf(own, 'vm redeploy', { vm: 'ci', replace: true })).toMatchObject({ name: 'ci', payer: t.payer });
    expect(await dataOf(own, 'vm extend', { vm: 'ci', by: '1h' })).toMatchObject({ changed: true });
    expect(t.devnet.ccn.bills().every(({ owner }) => owner === t.payer)).toBe(true);
    expect(await dataOf(own, 'vm destroy', { vms: ['ci'] })).toMatchObject({ items: [{ state: 'terminated' }] });
  });

  it('A-067 balance, reserve and history are the payer’s; credits allow and return are refused', async () => {
    const t = await open();
    await letRent(t);
    t.devnet.ccn.fund(t.payer, 5_000_000n);
    await t.devnet.clock.advance(3_000);
    const before = await dataOf(t, 'credits balance', {});
    expect(before).toMatchObject({ account: t.account, payer: t.payer });
    await t.run(createVm(t.context, { name: 'ci', ttlSeconds: 3 * 3600 }));
    expect(await dataOf(t, 'credits balance', {})).toMatchObject({ reserveUsd: '0.3420', usdPerHour: '0.01425' });
    await t.devnet.clock.advance(2 * hour);
    expect(await dataOf(t, 'credits history', {})).toMatchObject({ totals: { payer: t.payer } });
    const own = await testContext({ world: t });
    expect(await dataOf(own, 'credits balance', {})).toMatchObject({ usdPerHour: '0', spendableUsd: '8.0000' });
    for (const [name, raw] of [
      ['credits allow', { address: t.payer, usd: '1' }],
      ['credits return', { usd: '1' }],
    ] as const)
      expect(await failureOf(called(t, name, raw))).toMatchObject({ code: 'USAGE', message: expect.stringContaining(t.payer) });
  });

  it('the reserve is 24 h of all that the payer burns, whoever sent it', async () => {
    const t = await open();
    await letRent(t);
    const owner = await testContext({ world: { ...t, account: t.payer } });
    const balance = t.devnet.chain.creditBalance(t.payer);
    const plan = await t.run(planCreate(t.context, { name: 'ci' }));
    expect(balance).toBeGreaterThan(0n);
    expect(owner.account).toBe(t.payer);
    expect(plan.cost?.neededUsd).toBe('0.35625');
  });
});

it('conventions.md §8: another payer adds no wave of requests to a plan, a create or an extension', async () => {
  const spent = async (t: TestContext): Promise<number[]> => {
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const from = t.devnet.clock.now();
      await work();
      return t.devnet.clock.now() - from;
    };
    const vm = { name: 'ci', ttlSeconds: 3600, crn: t.devnet.crns[0]!.spec.hash };
    await t.run(createVm(t.context, { ...vm, name: 'up' }));
    t.fault('ccn latency 100ms');
    return [
      await timed(() => t.run(planCreate(t.context, vm))),
      await timed(() => t.run(create(t.context, vm, false))),
      await timed(() => called(t, 'vm extend', { vm: 'up', by: '1h' })),
    ];
  };
  const delegated = await open();
  await letRent(delegated);
  const own = await testContext();
  await own.devnet.clock.advance(delegated.devnet.clock.now() - own.devnet.clock.now());
  expect(await spent(delegated)).toEqual(await spent(own));
});

describe('limits of a key that another account pays for', () => {
  const limits = { ...defaultLimits, maxVms: 10, creationsPerMinute: 100, maxDayCredits: 60_000n };
  const rootPolicy = { path: '/etc/aleph-agent/policy.json', limits, approver: null };

  it('count what this key sent, ended too, also where the ledger is lost, and nothing that others sent', async () => {
    const t = await open({ rootPolicy });
    await letRent(t);
    await t.run(createVm(t.context, { name: 'ci', ttlSeconds: 3 * 3600 }));
    await t.devnet.clock.advance(2 * hour);
    await called(t, 'vm destroy', { vms: ['ci'] });
    await t.devnet.clock.advance(2 * hour);
    // 2 h were billed: 2 h more are within 60,000 credits, 3 h are not
    expect(await codeOf(t.run(createVm(t.context, { ttlSeconds: 3 * 3600 })))).toBe('DAY_LIMIT');
    const empty = openMemoryLedger({ now: t.devnet.clock.now, network: 'devnet' });
    const lost = await testContext({ world: t, ledger: empty, payer: t.payer, rootPolicy });
    const anew = await t.run(planCreate(lost.context, { ttlSeconds: 3 * 3600 }));
    expect(anew.failing.map(({ code }) => code)).toEqual(['LEDGER_OTHER', 'DAY_LIMIT']);
    // another key at the same payer's cost has a day of its own
    const other = await otherAgent(t);
    await letBoth(t, other.account);
    const theirs = await t.run(planCreate(other.context, { ttlSeconds: 3 * 3600 }));
    expect(theirs.failing.map(({ code }) => code)).not.toContain('DAY_LIMIT');
    empty.close();
  });

  it('count all VMs of the key, whoever pays for them', async () => {
    const t = await open({ rootPolicy: { ...rootPolicy, limits: { ...limits, maxVms: 1 } } });
    await letRent(t);
    await t.run(createVm(t.context, { name: 'ci' }));
    const own = await testContext({
      world: t,
      rootPolicy: { ...rootPolicy, limits: { ...limits, maxVms: 1, maxBurnCreditsPerHour: 20_000n } },
    });
    const plan = await t.run(planCreate(own.context, { name: 'mine' }));
    expect(plan.failing.map(({ code }) => code).sort()).toEqual(['BURN_LIMIT', 'TOO_MANY_VMS']);
    expect(plan.cost?.neededUsd).toBe('0.35625');
  });
});

/** A second key in the same home, in whose name calls are made. */
const otherAgent = async (t: TestContext): Promise<TestContext> => {
  const secret = Buffer.from(t.devnet.accounts[2]!.privateKey);
  const keys = t.keysOf(t.context.random);
  const { address } = await keys.import({ name: 'second', network: 'devnet', secret, passphrase: null });
  await t.settings.chooseKey('devnet', 'second');
  return testContext({ world: { ...t, account: address }, payer: payerIn(t) });
};

const letBoth = (t: TestContext, other: string): Promise<void> =>
  grantsOf(t, [narrowEntry(t.account, grantedOn), narrowEntry(other, 'ALEPH-AGENT-bbbbbbbbbbbb')]);

describe('a row that somebody edited', () => {
  it('S-25: the signed INSTANCE says who pays; nothing is sent in anybody else’s name', async () => {
    const t = await open();
    await letRent(t);
    const vm = await t.run(createVm(t.context, { name: 'ci' }));
    const victim = t.devnet.accounts[3]!.address;
    t.ledger.write('lease.take', (transaction) => transaction.updateVm(vm.id, { payer: victim }));
    await called(t, 'vm port add', { vm: 'ci', ports: ['8080'] });
    expect(t.devnet.chain.aggregate(t.payer, 'port-forwarding')).toHaveProperty(vm.id);
    expect(t.devnet.chain.aggregate(victim, 'port-forwarding')).toBe(null);
    await t.run(reconcile(t.context, t.account));
    expect(t.ledger.vm(vm.id)).toMatchObject({ payer: t.payer });
    t.ledger.write('lease.take', (transaction) => transaction.updateVm(vm.id, { payer: t.account }));
    expect(await dataOf(t, 'vm destroy', { vms: ['ci'] })).toMatchObject({ items: [{ state: 'terminated', forwardsRemoved: true }] });
    const sent = [...t.devnet.ccn.state('a').messages.values()].map(({ content }) => content?.address);
    expect(sent).not.toContain(victim);
    expect(posts(t)).toBeGreaterThan(0);
  });

  it('N-09 A-094 a lost ledger: reconcile takes a delegated VM in with its payer, and ends it', async () => {
    const t = await open();
    await letRent(t);
    const vm = await t.run(createVm(t.context, { name: 'ci' }));
    const ledger = openMemoryLedger({ now: t.devnet.clock.now, network: 'devnet' });
    onTestFinished(() => ledger.close());
    const lost = await testContext({ world: { ...t, ledger }, ledger });
    expect((await t.run(reconcile(lost.context, t.account))).adopted).toMatchObject([{ id: vm.id, payer: t.payer }]);
    const [taken] = ledger.effects({ vm: vm.id, point: 'reconcile.adopt' });
    expect(factsOf('reconcile.adopt', taken!)).toMatchObject({ payer: t.payer });
    expect(await dataOf(lost, 'vm destroy', { vms: [vm.id] })).toMatchObject({ items: [{ state: 'terminated', payer: t.payer }] });
  });
});

describe('W-024 a grant that is taken back while a VM runs', () => {
  it('ends nothing by itself: creates, extensions and ports are refused, destroy says who can, gc alerts within its round', async () => {
    const alerts: { code: string; vm: string | null }[] = [];
    const t = await open({ alerts: alertsInto(alerts) });
    await letRent(t);
    const vm = await t.run(createVm(t.context, { name: 'ci' }));
    await t.run(seeReaper(t.context, t.account));
    expect(await dataOf(t, 'vm show', { vm: 'ci' })).toMatchObject({ ttlEnforcedBy: ['reaper'] });
    await t.run(reap(t.context));
    expect(alerts.map(({ code }) => code)).not.toContain('GRANT_REVOKED');
    await takeBack(t);
    const wanted = `authz revoke ${t.account} --destroy-vms`;
    expect(await codeOf(t.run(createVm(t.context, { name: 'two' })))).toBe('GRANT_MISSING');
    expect(await codeOf(called(t, 'vm extend', { vm: 'ci', by: '1h' }))).toBe('GRANT_MISSING');
    expect(await codeOf(called(t, 'vm port add', { vm: 'ci', ports: ['80'] }))).toBe('GRANT_MISSING');
    await t.run(reap(t.context));
    expect(alerts).toContainEqual(expect.objectContaining({ code: 'GRANT_REVOKED', vm: vm.id, message: expect.stringContaining(wanted) }));
    expect(await dataOf(t, 'vm show', { vm: 'ci' })).toMatchObject({ ttlEnforcedBy: [] });
    const before = posts(t);
    const failed = await failureOf(called(t, 'vm destroy', { vms: ['ci'] }));
    expect(failed).toMatchObject({ code: 'DESTROY_INCOMPLETE', details: { fix: { text: expect.stringContaining(wanted) } } });
    await t.devnet.clock.advance(2 * hour);
    await t.run(reap(t.context));
    // no FORGET is sent that the network would refuse, again and again
    expect(posts(t)).toBe(before);
    expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'stopping' });
    expect(t.devnet.ccn.bills()).toMatchObject([{ endedAt: null }]);
    // what the payer itself ends is seen, and a grant that comes back counts again
    await letRent(t);
    await t.run(reap(t.context));
    expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'terminated' });
    expect(t.devnet.ccn.bills()).toMatchObject([{ endedAt: expect.any(Number) }]);
  });

  it('the network takes no FORGET of the key then, those signed before included; the owner’s it takes', async () => {
    const t = await open();
    await letRent(t);
    const vm = await t.run(createVm(t.context, { name: 'ci' }));
    await takeBack(t);
    const cloud = await t.context.cloud();
    for (const message of forgetsOf(t.ledger, vm.id)) {
      const { status, rejection } = await t.run(cloud.messages.publish(message, { timeoutMs: 60_000, reach: cloud.hosts }));
      expect([status, rejection?.reason]).toEqual(['rejected', 'permission']);
    }
    const owners = await cloud.signing.forget(
      { owner: t.payer, ids: [vm.id], reason: 'owner', at: t.devnet.clock.now() },
      strangerOf(t.devnet),
    );
    expect(await t.run(cloud.messages.publish(owners, { timeoutMs: 60_000, reach: cloud.hosts }))).toMatchObject({ status: 'processed' });
    await t.devnet.clock.advance(5_000);
    await t.run(reap(t.context));
    expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'terminated', ending: 'elsewhere' });
  });
});

describe('nodes that take calls on a VM from its payer alone', () => {
  /** The network accepts them still, as mainnet does. */
  const aged = (t: TestContext, ...indices: number[]): void => {
    const settings = { ...defaultSettings, last_crn_version: '1.7.2' };
    t.devnet.ccn.putAggregate({ address: OFFICIAL_OWNER, key: 'settings', content: settings });
    for (const index of indices) {
      const crn = t.devnet.crns[index]!;
      Object.assign(crn.spec, { version: '1.8.0' });
      crn.checks = createOwnerChecks(t.devnet.chain, t.devnet.clock, '1.8.0');
    }
  };

  it('protocol-crn.md §3.5: are taken only where no other will do, and the plan says what vm destroy leaves there', async () => {
    const t = await open();
    aged(t, 0, 1);
    await letRent(t);
    const plan = await t.run(planCreate(t.context, { name: 'ci' }));
    expect(plan.subject.nodes.map(({ hash }) => hash)).toEqual([t.devnet.crns[2]!.spec.hash]);
    expect(plan.notes?.join(' ')).not.toContain('older than 1.9');
    const named = await t.run(planCreate(t.context, { name: 'old', crn: t.devnet.crns[1]!.spec.hash }));
    expect(named.notes?.join(' ')).toContain('older than 1.9, so the node takes calls of');
    const own = await testContext({ world: t });
    expect((await t.run(planCreate(own.context, { name: 'mine' }))).subject.nodes).toHaveLength(3);
    // and so it is
    const vm = await t.run(createVm(t.context, { name: 'old', crn: t.devnet.crns[1]!.spec.hash }));
    expect(await codeOf(called(t, 'vm stop', { vm: 'old' }))).toBe('NODE_REFUSED');
    expect(await dataOf(t, 'vm destroy', { vms: ['old'] })).toMatchObject({
      items: [{ state: 'terminated', nodeAnswer: 'refused', disk: 'unknown' }],
    });
    expect(t.devnet.ccn.bills()).toMatchObject([{ hash: vm.id, endedAt: expect.any(Number) }]);
  });
});
