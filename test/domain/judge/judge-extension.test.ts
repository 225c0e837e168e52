import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendedTerm } from '../../../src/domain/burn/extension.ts';
import type { FailureCode } from '../../../src/domain/failure/failure-codes.ts';
import { judge } from '../../../src/domain/judge/judge.ts';
import { type ExtensionCase, judgeExtension } from '../../../src/domain/judge/judge-extension.ts';
import { defaultLimits, type Limits } from '../../../src/domain/limits/limits.ts';
import { Exact } from '../../../src/domain/money/exact.ts';
import { figures, fresh, hour, noon, oneUnit, operation, vm } from './judge-case.ts';

const limits = (patch: Partial<Limits>) => ({
  limits: { ...defaultLimits, ...patch },
  tasks: {},
  authorisedAt: 0,
  acknowledgedBalance: 10_000_000n,
});

/** 1 CU made an hour ago for 4 h, to end at noon + 4 h instead of noon + 3 h; 10 USD and nothing else. */
const longer = (patch: Partial<ExtensionCase> = {}): ExtensionCase => {
  const row = patch.vm ?? vm('a');
  return {
    vm: row,
    until: noon + 4 * hour,
    policy: limits({}),
    rows: { vms: [row], operations: [] },
    figures: figures(10_000_000n),
    beforehand: [],
    now: noon,
    ...patch,
  };
};
const codes = (matter: ExtensionCase): FailureCode[] => judgeExtension(matter).failing.map(({ code }) => code);

describe('the verdict on a longer life', () => {
  it('A-017: allows what no limit meets; the cost is that of the whole life', () => {
    const { verdict, cost, most, checks } = judgeExtension(longer());
    expect({ verdict, cost, most }).toEqual({
      verdict: 'allow',
      cost: { usdPerHour: '0.01425', mostUsd: '0.07125', neededUsd: '0.41325' },
      most: 71_250n,
    });
    expect(checks.map(({ code }) => code)).toEqual([
      'TOO_MANY_VMS',
      'TTL_TOO_LONG',
      'SIZE_LIMIT',
      'BURN_LIMIT',
      'DAY_LIMIT',
      'TOTAL_LIMIT',
      'BALANCE_GUARD',
      'CREDIT_RESERVE_SHORT',
      'APPROVAL_NEEDED',
    ]);
  });

  it.each<[string, Partial<Limits>, FailureCode | null]>([
    ['the lifetime counts from creation', { maxTtlSeconds: 5 * 3600 }, null],
    ['the lifetime counts from creation', { maxTtlSeconds: 5 * 3600 - 1 }, 'TTL_TOO_LONG'],
    ['the whole cost asks', { askAboveCredits: 71_250n }, null],
    ['the whole cost asks', { askAboveCredits: 71_249n }, 'APPROVAL_NEEDED'],
    ['W-041 day', { maxDayCredits: 71_250n }, null],
    ['W-041 day', { maxDayCredits: 71_249n }, 'DAY_LIMIT'],
    ['W-14A total', { maxTotalCredits: 71_250n }, null],
    ['W-14A total', { maxTotalCredits: 71_249n }, 'TOTAL_LIMIT'],
    ['burn stays what it is', { maxBurnCreditsPerHour: 14_250n }, null],
    ['burn that was lowered', { maxBurnCreditsPerHour: 14_249n }, 'BURN_LIMIT'],
    ['it takes no second slot', { maxVms: 1 }, null],
    ['size that was lowered', { maxComputeUnits: 0 }, 'SIZE_LIMIT'],
  ])('%s %o', (_what, patch, failing) => {
    expect(codes(longer({ policy: limits(patch) }))).toEqual(failing === null ? [] : [failing]);
  });

  it('needs the reserve until the new expiry, and keeps the guard', () => {
    const matter = { policy: { ...limits({ balanceGuardPercent: 0 }), acknowledgedBalance: 0n } };
    // 24 h of 14,250 and the five hours of the VM.
    expect(codes(longer({ ...matter, figures: figures(413_250n) }))).toEqual([]);
    expect(codes(longer({ ...matter, figures: figures(413_249n) }))).toEqual(['CREDIT_RESERVE_SHORT']);
    const expiring = figures(1_000_000n, {
      balance: { credits: 1_000_000n, lots: [{ credits: 900_000n, expiresAt: noon + 27.5 * hour }] },
    });
    expect(codes(longer({ ...matter, figures: expiring }))).toEqual(['CREDIT_RESERVE_SHORT']);
    expect(codes(longer({ policy: { ...limits({}), acknowledgedBalance: 2_100_000n }, figures: figures(490_000n) }))).toEqual([
      'BALANCE_GUARD',
    ]);
  });

  it('asks of the network what the VM costs, where that is more', () => {
    const dearer = figures(10_000_000n, {
      burn: { perSecond: oneUnit.times(2), resources: [{ id: 'a', perSecond: oneUnit.times(2), consumed: 0n }] },
    });
    expect(judgeExtension(longer({ figures: dearer }))).toMatchObject({ most: 142_500n, verdict: 'approve' });
    expect(codes(longer({ figures: dearer, approved: true }))).toEqual([]);
  });

  it('does not wait for what keeps creations apart, and an approval lifts nothing but the question', () => {
    const failed = operation('op_x', { state: 'failed', breaker: true, endedAt: noon - 1000 });
    const row = vm('a');
    expect(codes(longer({ rows: { vms: [row], operations: [failed, failed, failed] } }))).toEqual([]);
    expect(codes(longer({ until: noon + 48 * hour, approved: true }))).toEqual(['TTL_TOO_LONG']);
  });

  it('counts attempts of one operation as one life, with one hold', () => {
    const gone = vm('a1', { operation: 'op_a', state: 'terminated', ending: 'failed', terminatedAt: noon - hour / 2, hold: 7_125n });
    const row = vm('a', { attempt: 2, signedAt: noon - hour / 2, hold: 49_875n });
    const term = extendedTerm(row, noon + 4 * hour, oneUnit, [gone, row]);
    expect(term).toEqual({ expiresAt: noon + 4 * hour, ttlSeconds: 5 * 3600, hold: 64_125n, whole: 71_250n });
  });

  it('many extensions end where one long life would: the verdict is that on a VM made for all of it (property)', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 6 * 3600 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(steps, fc.bigInt({ min: 0n, max: 3_000_000n }), (seconds, credits) => {
        const policy = { limits: defaultLimits, tasks: {}, authorisedAt: 0, acknowledgedBalance: 0n };
        let row = vm('a', { signedAt: noon, expiresAt: noon + 3600_000, ttlSeconds: 3600, hold: 14_250n });
        for (const more of seconds) {
          const until = row.expiresAt + more * 1000;
          row = { ...row, ...extendedTerm(row, until, oneUnit, [row]) };
        }
        const before = { ...row, expiresAt: noon + 3600_000, ttlSeconds: 3600, hold: 14_250n };
        const at = { policy, figures: figures(credits), beforehand: [], now: noon };
        const extension = judgeExtension({ ...at, vm: before, until: row.expiresAt, rows: { vms: [before], operations: [] } });
        const order = {
          rate: new Exact(oneUnit),
          ttlSeconds: row.ttlSeconds,
          computeUnits: 1,
          task: null,
          maxHourly: null,
          maxTotal: null,
        };
        const creation = judge(fresh({ ...at, order }));
        expect(extension.failing.map(({ code, figure }) => [code, figure])).toEqual(
          creation.failing.map(({ code, figure }) => [code, figure]),
        );
        expect([extension.verdict, extension.most, row.hold]).toEqual([creation.verdict, creation.most, creation.most]);
      }),
    );
  });
});
