import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits, type Limits } from '../../../src/domain/limits/limits.ts';
import { loosened } from '../../../src/domain/limits/loosened.ts';
import { type Overlay, withinProject } from '../../../src/domain/limits/overlay.ts';

const overlay = (limits: Partial<Limits>): Overlay => ({ path: '/repo/.aleph-agent.json', limits });

describe('limits of a project file', () => {
  it('take the place of looser ones, and nothing else moves', () => {
    expect(withinProject(defaultLimits, overlay({ maxDayCredits: 1_000_000n, balanceGuardPercent: 50 }))).toEqual({
      ...defaultLimits,
      maxDayCredits: 1_000_000n,
      balanceGuardPercent: 50,
    });
    expect(withinProject(defaultLimits, null)).toBe(defaultLimits);
  });

  it('shorten the default lifetime to the longest that is left', () => {
    expect(withinProject(defaultLimits, overlay({ maxTtlSeconds: 3600 }))).toMatchObject({ maxTtlSeconds: 3600, defaultTtlSeconds: 3600 });
  });

  it.each([
    [{ maxDayCredits: 3_000_000n }, 'limits.maxDay', '3.0', '2.0'],
    [{ balanceGuardPercent: 10 }, 'limits.balanceGuard', '10', '20'],
    [{ defaultTtlSeconds: 5 * 3600 }, 'ttl', '5h', '4h'],
  ] as const)('are refused where they would loosen: %o', (limits, key, found, policy) => {
    expect(() => withinProject(defaultLimits, overlay(limits))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        details: expect.objectContaining({
          facts: { path: '/repo/.aleph-agent.json', key, found: expect.stringContaining(found), policy: expect.stringContaining(policy) },
        }),
      }),
    );
  });

  it('never loosen anything, whatever the file says', () => {
    const some = fc.record(
      {
        maxVms: fc.nat(10),
        maxTtlSeconds: fc.nat(200_000),
        defaultTtlSeconds: fc.nat(50_000),
        maxDayCredits: fc.bigInt(0n, 4_000_000n),
        maxBurnCreditsPerHour: fc.bigInt(0n, 400_000n),
        balanceGuardPercent: fc.nat(100),
        maxComputeUnits: fc.nat(12),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(some, (limits) => {
        try {
          expect(loosened(defaultLimits, withinProject(defaultLimits, overlay(limits)))).toEqual([]);
        } catch (thrown) {
          expect(loosened(defaultLimits, { ...defaultLimits, ...limits }).length).toBeGreaterThan(0);
          expect(thrown).toMatchObject({ code: 'CONFIG_INVALID' });
        }
      }),
    );
  });
});
