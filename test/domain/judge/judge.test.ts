import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../../src/domain/failure/failure-codes.ts';
import { type Case, judge } from '../../../src/domain/judge/judge.ts';
import { defaultLimits, type Limits } from '../../../src/domain/limits/limits.ts';
import { Exact } from '../../../src/domain/money/exact.ts';
import { usd } from '../../../src/domain/money/money.ts';
import { figures, fresh, hour, noon, oneUnit, operation, vm } from './judge-case.ts';

const codes = (matter: Case): FailureCode[] => judge(matter).failing.map(({ code }) => code);
const limits = (patch: Partial<Limits>) => ({
  limits: { ...defaultLimits, ...patch },
  tasks: {},
  authorisedAt: 0,
  acknowledgedBalance: 10_000_000n,
});
const check = (matter: Case, code: FailureCode) => judge(matter).checks.find((one) => one.code === code)!;

describe('the verdict on a new VM', () => {
  it('W-022: what credits alone would mend is asked for together with an approval, where the money can be the answer', () => {
    // 0.228 USD for 4 CU: asks; 1.596 USD are needed
    const order = { ...fresh().order, computeUnits: 4, rate: oneUnit.times(4) };
    const guarded = { ...limits({}), acknowledgedBalance: 500_000n };
    const matter = fresh({ order, policy: guarded, figures: figures(300_000n) });
    expect(judge(matter)).toMatchObject({ verdict: 'deny' });
    const asked = judge({ ...matter, fundable: true });
    expect(asked).toMatchObject({ verdict: 'approve', missing: { now: 1_296_000n, late: 1_296_000n } });
    expect(codes({ ...matter, fundable: true })).toEqual(codes(matter));
    // once it came, with an approval, nothing is short
    expect(judge({ ...matter, figures: figures(300_000n + asked.missing!.now), approved: true }).verdict).toBe('allow');
    // an approval alone mends nothing
    expect(judge({ ...matter, approved: true, fundable: true })).toMatchObject({ verdict: 'deny' });
    // where nobody has to be asked nothing is asked for
    expect(judge({ ...fresh({ figures: figures(0n) }), fundable: true })).toMatchObject({ verdict: 'deny' });
    // where all of a balance stays no credits would help
    const all = { ...limits({ balanceGuardPercent: 100 }), acknowledgedBalance: 500_000n };
    expect(judge({ ...matter, policy: all, fundable: true })).toMatchObject({ verdict: 'deny' });
    // and no other limit is lifted
    expect(judge({ ...matter, order: { ...order, ttlSeconds: 25 * 3600 }, fundable: true })).toMatchObject({ verdict: 'deny' });
  });

  const short: readonly FailureCode[] = ['BALANCE_GUARD', 'CREDIT_RESERVE_SHORT'];
  const lacks = (matter: Case): boolean => judge(matter).failing.some(({ code }) => short.includes(code));
  const credits = fc.bigInt({ min: 0n, max: 20_000_000n });
  const percents = fc.integer({ min: 0, max: 99 });

  it('W-022: what is missing is enough for the reserve and the share that always stays, and the least that is', () => {
    fc.assert(
      fc.property(credits, fc.option(credits), percents, fc.boolean(), (held, acknowledgedBalance, percent, balanceSettled) => {
        const policy = { ...limits({ balanceGuardPercent: percent }), acknowledgedBalance, balanceSettled };
        const holding = (more: bigint) => fresh({ policy, figures: figures(held + more) });
        const { now } = judge(holding(0n)).missing!;
        expect(lacks(holding(now))).toBe(false);
        if (now > 0n) expect(lacks(holding(now - 1n))).toBe(true);
      }),
    );
  });

  it('W-022: and it is enough for as long as an approval lasts, where other resources of the account use credits', () => {
    const day = 24 * hour;
    fc.assert(
      fc.property(credits, credits, percents, fc.integer({ min: 0, max: 50 }), (left, seen, percent, perSecond) => {
        const burn = { perSecond: new Exact(perSecond), resources: [] };
        const used = BigInt(perSecond) * 86_400n;
        const policy = { ...limits({ balanceGuardPercent: percent }), acknowledgedBalance: seen };
        const at = (now: number, balance: bigint) =>
          fresh({ policy, now, figures: figures(balance, { burn, expenses: [{ vm: null, credits: 0n, at: now }] }) });
        const { now, late } = judge(at(noon, left + used)).missing!;
        expect(now <= late).toBe(true);
        expect(lacks(at(noon, left + used + late))).toBe(false);
        expect(lacks(at(noon + day, left + late))).toBe(false);
      }),
    );
    // of 1.00 USD that ends with the VM's second day nothing counts for a VM that begins a day later
    const lots = [{ credits: 1_000_000n, expiresAt: noon + 40 * hour }];
    const policy = { ...limits({ balanceGuardPercent: 0 }) };
    const { missing } = judge(fresh({ policy, figures: figures(0n, { balance: { credits: 1_000_000n, lots } }) }));
    expect(missing).toEqual({ now: 0n, late: 399_000n });
  });

  it('W-043 W-044: allows what no limit meets, with the whole cost and every check', () => {
    const { verdict, cost, checks, failing } = judge(fresh());
    expect({ verdict, cost, failing }).toEqual({
      verdict: 'allow',
      cost: { usdPerHour: '0.01425', mostUsd: '0.0570', neededUsd: '0.3990' },
      failing: [],
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
      'RATE_LIMITED',
      'COOL_DOWN',
      'BREAKER_OPEN',
      'APPROVAL_NEEDED',
    ]);
  });

  it('XA-14: reports every failing check with its own code, figure and limit, gravest first', () => {
    const order = {
      rate: oneUnit.times(12),
      ttlSeconds: 48 * 3600,
      computeUnits: 12,
      task: null,
      maxHourly: 100_000n,
      maxTotal: 1_000_000n,
    };
    const rows = {
      vms: [vm('a'), vm('b'), vm('c')],
      operations: [operation('op_x', { state: 'failed', breaker: true, endedAt: noon - 1000 })],
    };
    const { verdict, failing } = judge(fresh({ order, rows, figures: figures(400_000n) }));
    expect(verdict).toBe('deny');
    expect(failing.map(({ code, figure, limit }) => [code, figure, limit])).toEqual([
      ['TOO_MANY_VMS', '4', '3'],
      ['TTL_TOO_LONG', '172800', '86400'],
      ['SIZE_LIMIT', '12', '4'],
      ['PRICE_CEILING', '0.1710', '0.1000'],
      ['PRICE_CEILING', '8.2080', '1.0000'],
      ['BURN_LIMIT', '0.21375', '0.1000'],
      ['DAY_LIMIT', '8.3790', '2.0000'],
      ['TOTAL_LIMIT', '8.3790', '5.0000'],
      ['BALANCE_GUARD', '-7.9790', '2.0000'],
      ['CREDIT_RESERVE_SHORT', '13.5090', '0.4000'],
      ['COOL_DOWN', '29', '0'],
      ['APPROVAL_NEEDED', '8.2080', '0.1000'],
    ]);
    for (const { figure, limit, message, code } of failing) {
      if (code === 'TTL_TOO_LONG') expect(message).toBe('The VM would live 2d, the policy allows 1d.');
      else for (const part of code === 'COOL_DOWN' ? [figure] : [figure, limit]) expect(message).toContain(part);
    }
  });

  it('W-15B: counts VMs at once, a failed attempt and its successor as one', () => {
    const three = { vms: [vm('a'), vm('b'), vm('c')], operations: [] };
    expect(codes(fresh({ rows: three }))).toEqual(['TOO_MANY_VMS']);
    const failed = vm('b', { operation: 'op_b', state: 'terminated', ending: 'failed', terminatedAt: noon - 1000 });
    const attempts = [vm('a'), failed, vm('b2', { operation: 'op_b', attempt: 2, state: 'requested' })];
    expect(codes(fresh({ rows: { vms: attempts, operations: [] } }))).toEqual([]);
  });

  it('S-24: rows that were given one operation count each for itself', () => {
    const one = ['a', 'b', 'c'].map((id, index) => vm(id, { operation: 'op_a', attempt: index + 1, ending: 'failed' }));
    expect(codes(fresh({ rows: { vms: one, operations: [] } }))).toEqual(['TOO_MANY_VMS']);
  });

  it.each<[string, Partial<Limits>, FailureCode, FailureCode | null]>([
    ['burn', { maxBurnCreditsPerHour: 14_250n }, 'BURN_LIMIT', null],
    ['burn', { maxBurnCreditsPerHour: 14_249n }, 'BURN_LIMIT', 'BURN_LIMIT'],
    ['W-041 day', { maxDayCredits: 57_000n }, 'DAY_LIMIT', null],
    ['W-041 day', { maxDayCredits: 56_999n }, 'DAY_LIMIT', 'DAY_LIMIT'],
    ['W-041 total', { maxTotalCredits: 57_000n }, 'TOTAL_LIMIT', null],
    ['W-041 total', { maxTotalCredits: 56_999n }, 'TOTAL_LIMIT', 'TOTAL_LIMIT'],
    ['ask above', { askAboveCredits: 57_000n }, 'APPROVAL_NEEDED', null],
    ['ask above', { askAboveCredits: 56_999n }, 'APPROVAL_NEEDED', 'APPROVAL_NEEDED'],
    ['lifetime', { maxTtlSeconds: 4 * 3600 - 1 }, 'TTL_TOO_LONG', 'TTL_TOO_LONG'],
    ['lifetime', { maxTtlSeconds: 4 * 3600 }, 'TTL_TOO_LONG', null],
    ['size', { maxComputeUnits: 0 }, 'SIZE_LIMIT', 'SIZE_LIMIT'],
    ['guard', { balanceGuardPercent: 99 }, 'BALANCE_GUARD', null],
    ['guard', { balanceGuardPercent: 100 }, 'BALANCE_GUARD', 'BALANCE_GUARD'],
  ])('W-040 %s: the limit itself is allowed, one beyond is not', (_, patch, code, failing) => {
    const matter = fresh({ policy: limits(patch) });
    expect(codes(matter)).toEqual(failing === null ? [] : [failing]);
    expect(check(matter, code).ok).toBe(failing === null);
  });

  it('ceilings of the caller: hourly and whole', () => {
    const order = (maxHourly: bigint | null, maxTotal: bigint | null) => fresh({ order: { ...fresh().order, maxHourly, maxTotal } });
    expect(codes(order(14_250n, 57_000n))).toEqual([]);
    expect(codes(order(14_249n, null))).toEqual(['PRICE_CEILING']);
    expect(codes(order(null, 56_999n))).toEqual(['PRICE_CEILING']);
  });

  it('asks a person when nothing but the threshold is met, and approval answers only that', () => {
    const dear = { ...fresh().order, ttlSeconds: 10 * 3600 };
    expect(judge(fresh({ order: dear })).verdict).toBe('approve');
    expect(judge(fresh({ order: dear, approved: true })).verdict).toBe('allow');
    const large = { ...dear, computeUnits: 5 };
    expect(judge(fresh({ order: large })).verdict).toBe('deny');
    expect(judge(fresh({ order: large, approved: true }))).toMatchObject({ verdict: 'deny', failing: [{ code: 'SIZE_LIMIT' }] });
  });

  it('W-041: what was spent today and since it was authorised counts', () => {
    const expenses = [{ vm: null, credits: 1_950_000n, at: noon - hour }];
    expect(codes(fresh({ figures: figures(10_000_000n, { expenses }) }))).toEqual(['DAY_LIMIT']);
    const yesterday = [{ vm: null, credits: 4_950_000n, at: noon - 24 * hour }];
    const matter = fresh({ figures: figures(10_000_000n, { expenses: yesterday }) });
    expect(codes(matter)).toEqual(['TOTAL_LIMIT']);
    expect(codes({ ...matter, policy: { ...matter.policy, authorisedAt: noon - hour } })).toEqual([]);
  });

  it('XA-08: the guard looks at what is committed, and its share does not shrink with the balance', () => {
    const rows = { vms: [vm('a', { hold: 1_500_000n, billed: 500_000n })], operations: [] };
    const matter = fresh({ rows, figures: figures(3_056_999n) });
    expect(check(matter, 'BALANCE_GUARD')).toMatchObject({ ok: false, figure: '1.999999', limit: '2.0000' });
    expect(check(fresh({ rows, figures: figures(3_057_000n) }), 'BALANCE_GUARD').ok).toBe(true);
    const unknown = { ...matter, policy: { ...matter.policy, acknowledgedBalance: null } };
    expect(check(unknown, 'BALANCE_GUARD').limit).toBe('0.6114');
  });

  it('an empty account is short of credits, not against the policy', () => {
    const empty = fresh({ figures: figures(0n) });
    const matter = { ...empty, policy: { ...empty.policy, acknowledgedBalance: null } };
    expect(codes(matter)).toEqual(['CREDIT_RESERVE_SHORT']);
  });

  it('W-159 W-15A: waits carry when to come back', () => {
    const at = (seconds: number, patch = {}) =>
      operation(`op_${seconds}`, { startedAt: noon - seconds * 1000, endedAt: noon - seconds * 1000, ...patch });
    const rows = { vms: [], operations: [at(50), at(30), at(10)] };
    expect(check(fresh({ rows }), 'RATE_LIMITED')).toMatchObject({ ok: false, figure: '3', limit: '3', retryAfterSeconds: 10 });
    expect(codes(fresh({ rows: { vms: [], operations: [at(60), at(30), at(10)] } }))).toEqual([]);
    const failed = { vms: [], operations: [at(20, { state: 'failed', breaker: true })] };
    expect(check(fresh({ rows: failed }), 'COOL_DOWN')).toMatchObject({ ok: false, retryAfterSeconds: 10 });
    expect(check(fresh(), 'COOL_DOWN')).not.toHaveProperty('retryAfterSeconds');
  });

  it('XA-01 W-042: however many are let in one after the other, no limit is passed', () => {
    const sizes = fc.array(fc.record({ units: fc.constantFrom(1, 2, 4), hours: fc.integer({ min: 1, max: 24 }) }), {
      minLength: 1,
      maxLength: 60,
    });
    const some = fc.record({
      maxVms: fc.integer({ min: 1, max: 40 }),
      maxBurnCreditsPerHour: fc.bigInt({ min: 0n, max: 400_000n }),
      maxDayCredits: fc.bigInt({ min: 0n, max: 4_000_000n }),
      maxTotalCredits: fc.bigInt({ min: 0n, max: 4_000_000n }),
      balance: fc.bigInt({ min: 0n, max: 20_000_000n }),
    });
    fc.assert(
      fc.property(sizes, some, (orders, { balance, ...chosen }) => {
        const policy = { ...limits({ ...chosen, askAboveCredits: 10n ** 12n, creationsPerMinute: 1000 }), acknowledgedBalance: balance };
        const vms: Case['rows']['vms'][number][] = [];
        for (const { units, hours } of orders) {
          const order = {
            rate: oneUnit.times(units),
            ttlSeconds: hours * 3600,
            computeUnits: units,
            task: null,
            maxHourly: null,
            maxTotal: null,
          };
          const { verdict, most } = judge({
            order,
            policy,
            rows: { vms, operations: [] },
            figures: figures(balance),
            beforehand: [],
            now: noon,
          });
          if (verdict !== 'allow') continue;
          const id = `${vms.length}`;
          vms.push(
            vm(id, {
              state: 'requested',
              rate: order.rate.toFixed(18),
              hold: most,
              signedAt: noon,
              expiresAt: noon + hours * hour,
              ttlSeconds: hours * 3600,
            }),
          );
        }
        const held = vms.reduce((sum, { hold }) => sum + hold, 0n);
        const perHour = vms.reduce((sum, { rate }) => sum.plus(rate), new Exact(0)).times(3600);
        const daily = perHour.times(24);
        expect(vms.length).toBeLessThanOrEqual(chosen.maxVms);
        expect(perHour.lte(chosen.maxBurnCreditsPerHour.toString())).toBe(true);
        expect(held <= chosen.maxDayCredits && held <= chosen.maxTotalCredits).toBe(true);
        expect(vms.length === 0 || daily.plus(held.toString()).lte(balance.toString())).toBe(true);
        expect(vms.length === 0 || (balance - held) * 5n >= balance).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('verdict and failing checks agree, always', () => {
    const anyCase = fc.record({
      credits: fc.bigInt({ min: 0n, max: 2_000_000n }),
      units: fc.integer({ min: 1, max: 8 }),
      hours: fc.integer({ min: 1, max: 40 }),
      approved: fc.boolean(),
    });
    fc.assert(
      fc.property(anyCase, ({ credits, units, hours, approved }) => {
        const order = {
          rate: oneUnit.times(units),
          ttlSeconds: hours * 3600,
          computeUnits: units,
          task: null,
          maxHourly: null,
          maxTotal: null,
        };
        const { verdict, checks, failing, most } = judge(fresh({ order, approved, figures: figures(credits) }));
        const failed = checks.filter(({ ok }) => !ok).map(({ code }) => code);
        expect(new Set(failing.map(({ code }) => code))).toEqual(new Set(failed));
        expect(verdict === 'allow').toBe(failed.length === 0);
        expect(verdict === 'approve').toBe(failed.length > 0 && failed.every((code) => code === 'APPROVAL_NEEDED'));
        expect(most).toBe(BigInt(order.rate.times(order.ttlSeconds).ceil().toFixed()));
        expect(usd(most)).toBe(judge(fresh({ order })).cost.mostUsd);
      }),
    );
  });
});
