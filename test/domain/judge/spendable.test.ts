import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/domain/judge/judge.ts';
import { standingOf } from '../../../src/domain/judge/spendable.ts';
import { Exact } from '../../../src/domain/money/exact.ts';
import { figures, fresh, hour, noon, oneUnit, vm } from './judge-case.ts';

const policy = (acknowledgedBalance: bigint | null = 10_000_000n, balanceGuardPercent = 20) => ({
  acknowledgedBalance,
  balanceSettled: true,
  balanceGuardPercent,
});
const none = { vms: [], operations: [] };
const burning = { perSecond: oneUnit, resources: [{ id: 'a', perSecond: oneUnit, consumed: 0n }] };

describe('what an account can still spend', () => {
  it('is the balance less the guard while nothing runs', () => {
    expect(standingOf(none, figures(10_000_000n), policy(), noon)).toEqual({
      perSecond: new Exact(0),
      reserve: 0n,
      committed: 0n,
      guard: 2_000_000n,
      expiring: 0n,
      spendable: 8_000_000n,
    });
  });

  it('is less by the 24 h reserve and what VMs will cost until their expiry', () => {
    const standing = standingOf({ ...none, vms: [vm('a')] }, figures(1_000_000n, { burn: burning }), policy(0n), noon);
    expect(standing).toMatchObject({ reserve: 342_000n, committed: 57_000n, guard: 0n, spendable: 601_000n });
    expect(standing.perSecond.toFixed()).toBe(oneUnit.toFixed());
  });

  it('counts the burn of what is held and not on the network yet', () => {
    const requested = vm('b', { state: 'requested' });
    const standing = standingOf({ ...none, vms: [vm('a'), requested] }, figures(1_000_000n, { burn: burning }), policy(0n), noon);
    expect(standing.perSecond.toFixed()).toBe(oneUnit.times(2).toFixed());
  });

  it('leaves lots out that expire within a day, and never goes below nothing', () => {
    const lots = [
      { credits: 300_000n, expiresAt: noon + 23 * hour },
      { credits: 700_000n, expiresAt: null },
    ];
    const account = figures(1_000_000n, { balance: { credits: 1_000_000n, lots } });
    expect(standingOf(none, account, policy(0n), noon)).toMatchObject({ expiring: 300_000n, spendable: 700_000n });
    expect(standingOf(none, figures(1n), policy(10_000_000n), noon).spendable).toBe(0n);
    expect(standingOf(none, figures(100n), policy(null, 100), noon)).toMatchObject({ guard: 100n, spendable: 0n });
  });

  it('covers whatever the policy lets pass (W-309, XA-08)', () => {
    const credits = fc.bigInt({ min: 0n, max: 3_000_000n });
    const property = fc.property(
      fc.record({
        balance: credits,
        acknowledged: credits,
        hours: fc.integer({ min: 1, max: 24 }),
        units: fc.integer({ min: 1, max: 4 }),
        running: fc.boolean(),
        billed: fc.bigInt({ min: 0n, max: 57_000n }),
      }),
      ({ balance, acknowledged, hours, units, running, billed }) => {
        const rows = { vms: running ? [vm('a', { billed })] : [], operations: [] };
        const account = figures(balance, running ? { burn: burning } : {});
        const order = { ...fresh().order, rate: oneUnit.times(units), ttlSeconds: hours * 3600, computeUnits: units };
        const judged = judge(fresh({ order, rows, figures: account, policy: { ...fresh().policy, ...policy(acknowledged) } }));
        const afford = judged.checks
          .filter(({ code }) => code === 'CREDIT_RESERVE_SHORT' || code === 'BALANCE_GUARD')
          .every(({ ok }) => ok);
        const { spendable } = standingOf(rows, account, policy(acknowledged), noon);
        return !afford || judged.most <= spendable;
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});
