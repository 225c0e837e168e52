import { AuthenticatedAlephHttpClient } from '@aleph-sdk/client';
import { importAccountFromPrivateKey } from '@aleph-sdk/ethereum';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EffectPoint, effectPoints } from '../../src/domain/effect-points.ts';
import type { Ended } from '../support/aleph-process.ts';
import {
  atRest,
  brokenRecords,
  type CrashCase,
  inTurns,
  isClean,
  isLive,
  leftOver,
  persistently,
  unfinished,
  wasKilled,
} from '../support/crash-case.ts';
import { type AlephHome, type Bill, type DevnetProcess, startDevnet } from '../support/devnet-process.ts';

type Line = 'create' | 'destroy';

/** How many times a line comes by a point, and is killed there; or where else the point is seen to. */
type Coverage = Partial<Record<Line, number>> | { elsewhere: string };

const later = {
  enforcers: { elsewhere: 'crash-enforcers.test.ts' },
  extend: { elsewhere: 'crash-in-use.test.ts' },
  operate: { elsewhere: 'crash-in-use.test.ts' },
  found: { elsewhere: 'crash-found.test.ts' },
  ports: { elsewhere: 'the sweep over port forwards' },
};

const coverage: Record<EffectPoint, Coverage> = {
  'create.hold': { create: 1 },
  'create.publish': { create: 1 },
  'create.published': { create: 1 },
  'create.processed': { create: 1 },
  'create.healthy': { create: 1 },
  'ledger.publish': { create: 1 },
  'ledger.head': { create: 1 },
  'operation.end': { create: 1 },
  // renewed for as long as there is something to wait for; one renewal is like the other
  'lease.take': { create: 2, destroy: 1 },
  'lease.release': { create: 1, destroy: 1 },
  'destroy.begin': { destroy: 1 },
  'destroy.publish': { destroy: 1 },
  'destroy.published': { destroy: 1 },
  'destroy.erase': { destroy: 1 },
  'destroy.erased': { destroy: 1 },
  'destroy.forwardsSigned': { destroy: 1 },
  'destroy.forwards': { destroy: 1 },
  'destroy.forwarded': { destroy: 1 },
  'destroy.terminated': { destroy: 1 },
  'destroy.receipt': { destroy: 1 },
  'create.price': { elsewhere: 'crash-detours.test.ts' },
  'destroy.signed': later.enforcers,
  // where the guest refuses; where it takes the timer, in crash-enforcers.test.ts
  'guest.arm': { create: 1 },
  'guest.armed': { create: 1 },
  'guest.disarm': later.enforcers,
  'guest.disarmed': later.enforcers,
  'enforcer.presigned': later.enforcers,
  'enforcer.seen': later.enforcers,
  'create.start': { elsewhere: 'crash-detours.test.ts' },
  'create.notify': { elsewhere: 'crash-detours.test.ts' },
  'create.started': { elsewhere: 'crash-detours.test.ts' },
  'create.failover': { elsewhere: 'crash-detours.test.ts' },
  'reconcile.status': { elsewhere: 'crash-detours.test.ts' },
  'reconcile.adopt': { elsewhere: 'crash-detours.test.ts' },
  'watch.silence': { elsewhere: 'crash-detours.test.ts' },
  'settle.expenses': { elsewhere: 'crash-detours.test.ts' },
  'policy.set': { elsewhere: 'crash-detours.test.ts' },
  'approval.request': { elsewhere: 'crash-detours.test.ts' },
  'vm.protect': { elsewhere: 'crash-detours.test.ts' },
  'ledger.takeOver': { elsewhere: 'crash-detours.test.ts' },
  'reconcile.expiry': later.extend,
  'extend.hold': later.extend,
  'extend.publish': later.extend,
  'extend.published': later.extend,
  'extend.revert': later.extend,
  'adopt.begin': later.found,
  'adopt.publish': later.found,
  'adopt.taken': later.found,
  'redeploy.renamed': later.found,
  'health.recorded': later.found,
  'operate.begin': later.operate,
  'operate.send': later.operate,
  'operate.answered': later.operate,
  'operate.moved': later.operate,
  'ports.signed': later.ports,
  'ports.publish': later.ports,
  'ports.published': later.ports,
  'ports.reread': later.ports,
  'ports.told': later.ports,
  'approval.grant': { elsewhere: 'crash-approver.test.ts' },
  'approval.deny': { elsewhere: 'crash-approver.test.ts' },
  'approval.void': { elsewhere: 'crash-approver.test.ts' },
  'freeze.set': { elsewhere: 'crash-approver.test.ts' },
  'freeze.thaw': { elsewhere: 'crash-approver.test.ts' },
  'approval.use': { elsewhere: 'written inside create.hold and policy.set, never alone' },
};

const timesOf = (point: EffectPoint, line: Line): number => {
  const times = coverage[point];
  return 'elsewhere' in times ? 0 : (times[line] ?? 0);
};

const crashesOf = (line: Line): string[] =>
  effectPoints.flatMap((point) =>
    Array.from({ length: timesOf(point, line) }, (_, n) => [`${point}:before:${n + 1}`, `${point}:after:${n + 1}`]).flat(),
  );

/** Kills only what comes by a point more often than the table says. How far the second host lags behind the first decides about the price. */
const oftener = (line: Line): string =>
  effectPoints
    .filter((point) => point !== 'lease.take' && point !== 'create.price')
    .map((point) => `${point}:before:${timesOf(point, line) + 1}`)
    .join(',');

/** A port forward, as somebody made it with another client: teardown has to take it away. */
const addForward = async (devnet: DevnetProcess, home: AlephHome): Promise<void> => {
  const [vm] = home.ledger((ledger) => ledger.vms());
  const client = new AuthenticatedAlephHttpClient(importAccountFromPrivateKey(home.privateKey), devnet.ccn);
  await client.createAggregate({ key: 'port-forwarding', content: { [vm!.id]: { ports: {} } }, channel: 'STRANGER', sync: true });
};

const atOnce = 4;

describe('the binary killed at every effect of create and destroy (product.md §7.2)', () => {
  let devnet: DevnetProcess;
  const cases = new Map<string, CrashCase>();
  const all = (): CrashCase[] => [...cases.values()];
  const keyOf = (line: Line, crash: string): string => `${line} ${crash}`;

  const creating = (home: AlephHome, how: string, more: Record<string, string> = {}): Promise<Ended> =>
    persistently(() => home.run(`vm create box ${how}`, more));

  const ok = async (one: CrashCase, line: string): Promise<void> => {
    const ended = await one.home.run(line);
    if (ended.exit !== 0) one.problems.push(`${line}: ${ended.stdout}${ended.stderr}`);
  };

  const add = async (line: Line, crash: string, victim: (home: AlephHome) => Promise<Ended>, home: AlephHome): Promise<void> => {
    cases.set(keyOf(line, crash), { crash, home, victim: await victim(home), problems: [] });
  };

  const note = async (stage: string, check: (one: CrashCase, bills: readonly Bill[]) => string[]): Promise<void> => {
    const bills = await devnet.bills();
    for (const one of all()) one.problems.push(...check(one, bills).map((problem) => `${stage}: ${problem}`));
  };

  const killCreates = (): Promise<void> =>
    inTurns(atOnce, [...crashesOf('create'), oftener('create')], async (crash) =>
      add('create', crash, (home) => creating(home, '--timeout 20m', { ALEPH_AGENT_CRASH: crash }), await devnet.home('5')),
    );

  /** The VMs come up all together, without anybody waiting, so that none of them has to be polled for. */
  const killDestroys = async (): Promise<void> => {
    const ready: { crash: string; home: AlephHome }[] = [];
    await inTurns(atOnce, [...crashesOf('destroy'), oftener('destroy')], async (crash) => {
      const home = await devnet.home('5');
      await creating(home, '--no-wait');
      ready.push({ crash, home });
    });
    await devnet.advance(180_000);
    await inTurns(atOnce, ready, async ({ crash, home }) => {
      await home.run('vm wait box --timeout 20m');
      if (crash.includes('destroy.forward')) await addForward(devnet, home);
      await add('destroy', crash, () => home.run('vm destroy box', { ALEPH_AGENT_CRASH: crash }), home);
    });
  };

  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 60, clockRate: 20 });
    await killCreates();
    // a teardown gives up after a minute of this clock
    await devnet.setRate(4);
    await killDestroys();
    await note('killed', ({ home }, bills) => brokenRecords(home, bills));

    // past the lease of the dead
    await devnet.advance(31_000);
    await inTurns(atOnce, all(), (one) => ok(one, 'ledger reconcile'));
    await note('reconciled', ({ home }, bills) => brokenRecords(home, bills));

    // past what a message that was never sent, or never processed, keeps held
    await devnet.advance(15 * 60_000);
    const unsettled = all().filter(({ home }) => !atRest(home));
    await inTurns(atOnce, unsettled, (one) => ok(one, 'ledger reconcile'));
    await note('reconciled again', ({ home }, bills) => [...brokenRecords(home, bills), ...unfinished(home, bills)]);

    await inTurns(atOnce, all(), async (one) => {
      if (isLive(one.home)) await ok(one, 'vm destroy box');
      if (!isClean(one.home)) await ok(one, 'gc --execute');
    });
    await note('destroyed', ({ home }, bills) => [...brokenRecords(home, bills), ...unfinished(home, bills), ...leftOver(home, bills)]);
  }, 600_000);
  afterAll(() => devnet.close());

  it('has a place for every effect point of the code', () => {
    expect(Object.keys(coverage).sort()).toEqual([...effectPoints].sort());
  });

  const titles = (['create', 'destroy'] as const).flatMap((line) => crashesOf(line).map((crash) => [keyOf(line, crash)] as const));
  it.each(titles)('W-115 XA-04 XL-02: %s is recovered from', (key) => {
    const found = cases.get(key)!;
    // a point that no run reaches is a point without a test
    expect(wasKilled(found), `${key} was never reached: ${found.victim.stdout}`).toBe(true);
    expect(found.problems).toEqual([]);
  });

  it.each(['create', 'destroy'] as const)('%s comes by no point more often than it is killed there', (line) => {
    const found = cases.get(keyOf(line, oftener(line)))!;
    expect(wasKilled(found)).toBe(false);
    expect([found.victim.exit, ...found.problems]).toEqual([0]);
  });
});
