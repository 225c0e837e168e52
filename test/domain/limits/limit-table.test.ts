import { describe, expect, expectTypeOf, it } from 'vitest';
import { policyDigest, sealMessage } from '../../../src/domain/approval/policy-seal.ts';
import type { LimitRow } from '../../../src/domain/limits/limit-row.ts';
import { limitTable } from '../../../src/domain/limits/limit-table.ts';
import { defaultLimits, everyLimit, type LimitKey, type Limits, limitRows, malformedLimit } from '../../../src/domain/limits/limits.ts';
import { loosened } from '../../../src/domain/limits/loosened.ts';
import { overlayKeys, withinProject } from '../../../src/domain/limits/overlay.ts';
import { limitsText, limitText, readLimits, storedLimits } from '../../../src/domain/limits/stored-limits.ts';
import { tightened } from '../../../src/domain/limits/tightened.ts';

/** The defaults with one limit at another value: with more room, or with less. */
const moved = (limit: LimitKey, way: 'looser' | 'tighter'): Limits => {
  const { looser, zeroIsOff = false } = limitRows[limit];
  // from off every value is one step down
  const up = !zeroIsOff && (looser === 'up') === (way === 'looser');
  const value = defaultLimits[limit];
  const next = typeof value === 'bigint' ? value + (up ? 1n : -1n) : zeroIsOff ? 600 : value + (up ? 1 : -1);
  return { ...defaultLimits, [limit]: next };
};

const sealOf = (limits: Limits) => {
  const policy = {
    network: 'devnet',
    account: `0x${'AB'.repeat(20)}`,
    version: 0,
    limits,
    tasks: { a: 5n },
    agents: {},
    authorisedAt: 0,
    acknowledgedBalance: 3n,
    approver: `0x${'cd'.repeat(20)}`,
    seal: null,
  };
  const seal = { nonce: `0x${'1'.repeat(64)}`, previous: '2'.repeat(64), issuedAt: 0, expiresAt: 1000, thawed: 0 };
  return { message: sealMessage(policy, seal).message, digest: policyDigest(policy) };
};

describe('the table of limits', () => {
  it('makes the type: credits are exact, the rest are numbers', () => {
    expectTypeOf<keyof Limits>().toEqualTypeOf<keyof typeof limitTable>();
    expectTypeOf<Limits['maxDayCredits']>().toEqualTypeOf<bigint>();
    expectTypeOf<Limits['maxTtlSeconds']>().toEqualTypeOf<number>();
    const { maxDayCredits, maxVms } = limitTable;
    // @ts-expect-error credits are never numbers
    const inexact: LimitRow = { ...maxDayCredits, usual: 2 };
    // @ts-expect-error which way is looser must be said
    const eitherWay: LimitRow = { ...maxVms, looser: undefined };
    expect([inexact.usual, eitherWay.looser]).toEqual([2, undefined]);
    expect(malformedLimit({ maxDayCredits: inexact.usual })).toBe('maxDayCredits');
  });

  it('has a name in each place, an output and a place under the seal for itself alone', () => {
    const rows = Object.values(limitRows);
    const once = (names: unknown[]): void => expect(names).toEqual([...new Set(names)]);
    once(rows.flatMap(({ given }) => (given === null ? [] : [given.as])));
    once(rows.map(({ shown }) => shown.as));
    expect(rows.map(({ sealed }) => sealed.place).sort((a, b) => a - b)).toEqual(rows.map((_, index) => index + 1));
  });

  it.each(everyLimit)('%s: kept exactly, read back, and of no other type', (limit) => {
    const limits = moved(limit, 'tighter');
    expect(readLimits(storedLimits(limits))).toEqual(limits);
    const { [limit]: _newer, ...older } = storedLimits(limits);
    expect(readLimits(older)).toEqual(defaultLimits);
    expect(malformedLimit(limits)).toBeNull();
    expect(malformedLimit({ ...limits, [limit]: String(limits[limit]) })).toBe(limit);
    expect(malformedLimit({ ...limits, [limit]: typeof limits[limit] === 'bigint' ? -1n : -1 })).toBe(limit);
  });

  it.each(everyLimit.filter((limit) => limitRows[limit].zeroIsOff === undefined))('%s: looser one way, tighter the other', (limit) => {
    const [looser, tighter] = [moved(limit, 'looser'), moved(limit, 'tighter')];
    expect(loosened(defaultLimits, looser)).toEqual([limit]);
    expect(loosened(defaultLimits, tighter)).toEqual([]);
    expect(tightened(defaultLimits, looser)).toEqual(defaultLimits);
    expect(tightened(defaultLimits, { [limit]: tighter[limit] })).toEqual(tighter);
    const overlay = { path: '/repo/.aleph-agent.json', limits: { [limit]: looser[limit] } };
    expect(() => withinProject(defaultLimits, overlay)).toThrow(`"${overlayKeys[limit] ?? limit}" in /repo/.aleph-agent.json`);
  });

  it.each(everyLimit)('%s: under the seal, in words and in the digest', (limit) => {
    const [usual, other] = [sealOf(defaultLimits), sealOf(moved(limit, 'tighter'))];
    expect(other.message['limits']).toContain(limitText(moved(limit, 'tighter'), limit));
    expect(other.message['limits']).not.toBe(usual.message['limits']);
    expect(other.message['limitsHash']).not.toBe(usual.message['limitsHash']);
    expect(other.digest).not.toBe(usual.digest);
  });
});

/** As a row of 0.1.0 has them: no limit that came later. */
const sealedBefore = {
  maxVms: 3,
  defaultTtlSeconds: 14_400,
  maxTtlSeconds: 86_400,
  askAboveCredits: 100_000n,
  maxBurnCreditsPerHour: 100_000n,
  maxDayCredits: 2_000_000n,
  maxTotalCredits: 5_000_000n,
  balanceGuardPercent: 20,
  maxComputeUnits: 4,
  creationsPerMinute: 3,
  coolDownSeconds: 30,
  breakerFailures: 3,
  breakerPauseSeconds: 600,
  destroyAtOnce: 3,
  teardownUnreachableSeconds: 0,
  endUnarmedSeconds: 0,
} satisfies Partial<Limits>;

describe('seals that were given', () => {
  it('are over these words and digests since 0.1.0', () => {
    const { message, digest } = sealOf(sealedBefore as Limits);
    expect(message['limits']).toBe(
      '3 VMs; 4 CU each; at most 1d, usually 4h; ask above 0.1000 USD; 0.1000 USD/h; 2.0000 USD a day; 5.0000 USD in all; 20 % stays; 3 creations a minute; pause 30 s, 3 failures 600 s; 3 destroyed at once; VMs without a timer kept; unreachable VMs kept; task a 0.000005 USD',
    );
    expect(message['limitsHash']).toBe('0x65fb63f7ac3ece331e5daf383a605a45b090f1b353de42ae96addf452281ee5a');
    expect(digest).toBe('3a587d342e192af8ea49fc72b877e85465c3b45b970743995bbf0f5c18282b39');
    expect(limitsText({ ...sealedBefore, endUnarmedSeconds: 600, teardownUnreachableSeconds: 5400 })).toMatch(
      /; VMs without a timer ended after 10m; unreachable VMs destroyed after 1h30m$/,
    );
  });

  it('say nothing of a limit that came later', () => {
    const last = everyLimit.find((limit) => limitRows[limit].sealed.place === everyLimit.length)!;
    const { [last]: _newer, ...older } = defaultLimits;
    expect(`${limitsText(older)}; ${limitText(defaultLimits, last)}`).toBe(limitsText(defaultLimits));
    // taken out of a row by hand, it is missed all the same
    expect(sealOf(older as Limits).message['limitsHash']).not.toBe(sealOf(defaultLimits).message['limitsHash']);
  });
});
