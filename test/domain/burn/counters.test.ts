import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countersOf } from '../../../src/domain/burn/counters.ts';
import { Exact } from '../../../src/domain/money/exact.ts';
import { creditsPerHour } from '../../../src/domain/money/money.ts';
import { figures, hour, noon, oneUnit, operation, vm } from '../judge/judge-case.ts';

const counted = (rows: Partial<Parameters<typeof countersOf>[0]>, network = figures(0n), authorisedAt = 0) =>
  countersOf({ vms: [], operations: [], ...rows }, network, authorisedAt, noon);
const listed = (id: string, patch = {}) => ({
  id,
  owner: '0xa',
  ours: true,
  signedAt: noon - hour,
  expiresAt: noon + hour,
  listedBy: 1,
  deniedBy: 1,
  ...patch,
});

describe('counters', () => {
  it('XA-13: VMs are those of the ledger and of the network together, each once', () => {
    const rows = { vms: [vm('a'), vm('b', { state: 'stopping' }), vm('c', { state: 'terminated', terminatedAt: noon - hour })] };
    const network = figures(0n, { listed: [listed('a'), listed('x'), listed('foreign', { ours: false })] });
    expect(counted(rows, network).live).toBe(3);
  });

  it('what was given up and is listed again counts; a list that lags behind a proof does not', () => {
    const network = figures(0n, { listed: [listed('a')] });
    expect(counted({ vms: [vm('a', { state: 'dormant' })] }, network).live).toBe(1);
    expect(counted({ vms: [vm('a', { state: 'terminated', terminatedAt: noon - 1000 })] }, network).live).toBe(0);
    expect(counted({ vms: [vm('a', { state: 'terminated', terminatedAt: noon - hour })] }, network).live).toBe(1);
  });

  it.each([
    ['two hosts list it, a minute after its row’s end', { listedBy: 2, deniedBy: 0 }, -60_000, 1],
    ['the list is older than its end', { listedBy: 2, deniedBy: 0 }, -5_000, 0],
    ['its row names an end to come', { listedBy: 1, deniedBy: 1 }, hour, 1],
    ['one host of three lists it for ever', { listedBy: 1, deniedBy: 2 }, -24 * hour, 0],
  ])('S-25: a row that calls a VM gone: %s', (_what, word, offset, live) => {
    const network = figures(0n, { listed: [listed('a', word)] });
    expect(counted({ vms: [vm('a', { state: 'terminated', terminatedAt: noon + offset })] }, network).live).toBe(live);
  });

  it('a create between two attempts keeps slot and hold', () => {
    const ended = vm('a', {
      operation: 'op_1',
      state: 'terminated',
      ending: 'failed',
      terminatedAt: noon - 1000,
      signedAt: noon - 60_000,
      hold: 200n,
    });
    const running = operation('op_1', { state: 'running', endedAt: null, startedAt: noon - 60_000 });
    const between = counted({ vms: [ended], operations: [running] });
    expect([between.live, between.outstanding, creditsPerHour(between.perSecond)]).toEqual([1, 57_000n, 14_250n]);
    const over = counted({ vms: [ended], operations: [{ ...running, state: 'failed' }] });
    expect([over.live, over.outstanding]).toEqual([0, 200n]);
    const next = vm('b', {
      operation: 'op_1',
      attempt: 2,
      state: 'requested',
      hold: 56_800n,
      signedAt: noon - 1000,
      expiresAt: noon - 60_000 + 4 * hour,
    });
    const second = counted({ vms: [ended, next], operations: [running] });
    expect([second.live, second.outstanding, creditsPerHour(second.perSecond)]).toEqual([1, 57_000n, 14_250n]);
  });

  it('W-040: burn is the greater of ledger and network, VM by VM; what is not ours burns too', () => {
    const resources = [
      { id: 'a', perSecond: oneUnit.times(2), consumed: 0n },
      { id: 'x', perSecond: oneUnit, consumed: 0n },
    ];
    const network = figures(0n, { listed: [listed('x', { ours: false })], burn: { perSecond: oneUnit.times(3), resources } });
    const both = counted({ vms: [vm('a'), vm('b')] }, network);
    expect(creditsPerHour(both.perSecond)).toBe(57_000n);
    expect(both.live).toBe(2);
  });

  it('XA-12: today counts what was made today in full, and of older VMs what falls into today', () => {
    const today = vm('a', { signedAt: noon - hour, hold: 57_000n });
    const older = vm('b', {
      signedAt: noon - 24 * hour,
      expiresAt: noon - hour,
      state: 'terminated',
      terminatedAt: noon - 2 * hour,
      hold: 300_000n,
    });
    expect(counted({ vms: [today] }).spentToday).toBe(57_000n);
    // Midnight to its end at 10:00.
    expect(counted({ vms: [older] }).spentToday).toBe(142_500n);
    expect(counted({ vms: [older] }).spentSinceAuthorised).toBe(300_000n);
    expect(counted({ vms: [older] }, figures(0n), noon - 3 * hour).spentSinceAuthorised).toBe(14_250n);
  });

  it('the network’s history bounds a ledger that was lost', () => {
    const expenses = [
      { vm: 'gone', credits: 70_000n, at: noon - hour },
      { vm: 'a', credits: 60_000n, at: noon - hour },
      { vm: null, credits: 5n, at: noon - 24 * hour },
    ];
    const network = figures(0n, { expenses });
    expect(counted({}, network).spentToday).toBe(130_000n);
    const kept = counted({ vms: [vm('a')] }, network);
    expect([kept.spentToday, kept.spentSinceAuthorised]).toEqual([130_000n, 130_005n]);
  });

  it('a VM of ours that only the network knows is committed until its expiry', () => {
    const network = figures(0n, {
      listed: [listed('x', { signedAt: noon - hour, expiresAt: noon + 3 * hour })],
      burn: { perSecond: oneUnit, resources: [{ id: 'x', perSecond: oneUnit, consumed: 7000n }] },
    });
    const { outstanding, spentToday } = counted({}, network);
    expect([outstanding, spentToday]).toEqual([50_000n, 57_000n]);
  });

  it('a VM past its expiry goes on costing', () => {
    const late = vm('a', { signedAt: noon - 6 * hour, expiresAt: noon - 2 * hour, state: 'stopping' });
    const { outstanding, live, perSecond } = counted({ vms: [late] });
    expect([outstanding, live, perSecond.eq(oneUnit)]).toEqual([85_500n, 1, true]);
  });

  it('settled is what was billed', () => {
    const settled = vm('a', { state: 'terminated', terminatedAt: noon - hour, settled: true, hold: 9n, billed: 9n });
    expect(counted({ vms: [settled] })).toMatchObject({ outstanding: 0n, spentToday: 9n, live: 0 });
  });

  it('W-159: creations of the last minute, the network’s too', () => {
    const operations = [
      operation('op_1', { startedAt: noon - 59_999 }),
      operation('op_2', { startedAt: noon - 60_000 }),
      operation('op_3', { kind: 'destroy', startedAt: noon }),
    ];
    const network = figures(0n, { listed: [listed('x', { signedAt: noon - 5 }), listed('a', { signedAt: noon - 5 })] });
    expect(counted({ operations, vms: [vm('a')] }, network).recentCreations).toEqual([noon - 59_999, noon - 5]);
  });

  it('nothing at all is nothing', () => {
    expect(counted({})).toMatchObject({
      live: 0,
      perSecond: new Exact(0),
      spentToday: 0n,
      spentSinceAuthorised: 0n,
      outstanding: 0n,
      recentCreations: [],
    });
  });

  it('XA-12: a ledger that knows nothing counts no less than what the network has billed and lists', () => {
    const expense = fc.record({
      vm: fc.constantFrom('a', 'b', null),
      credits: fc.bigInt({ min: 0n, max: 10n ** 7n }),
      at: fc.integer({ min: noon - 40 * hour, max: noon }),
    });
    fc.assert(
      fc.property(fc.array(expense, { maxLength: 20 }), fc.integer({ min: 1, max: 20 }), (expenses, hours) => {
        const network = figures(0n, {
          expenses,
          listed: [listed('a', { expiresAt: noon + hours * hour })],
          burn: { perSecond: oneUnit, resources: [{ id: 'a', perSecond: oneUnit, consumed: 0n }] },
        });
        const counters = counted({}, network);
        const billed = (since: number, vm?: string) =>
          expenses.filter((row) => row.at >= since && (vm === undefined || row.vm === vm)).reduce((sum, { credits }) => sum + credits, 0n);
        const live = 14_250n * BigInt(hours + 1) - billed(0, 'a');
        const today = noon - 12 * hour;
        return (
          counters.live === 1 &&
          counters.spentSinceAuthorised >= billed(0) + (live > 0n ? live : 0n) &&
          counters.spentToday >= billed(today) &&
          counters.spentToday >= 14_250n * BigInt(hours + 1)
        );
      }),
    );
  });
});
