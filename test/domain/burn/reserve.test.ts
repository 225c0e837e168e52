import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccountFigures, exposuresOf } from '../../../src/domain/burn/exposure.ts';
import { reserveFor } from '../../../src/domain/burn/reserve.ts';
import type { VmRecord } from '../../../src/domain/ledger/vm-record.ts';
import { Exact } from '../../../src/domain/money/exact.ts';
import { figures, hour, noon, oneUnit, vm } from '../judge/judge-case.ts';

const order = { rate: oneUnit, ttlSeconds: 4 * 3600 };
const reserve = (account: AccountFigures, vms: VmRecord[] = [], request = order) =>
  reserveFor(request, exposuresOf({ vms, operations: [] }, account, noon), account, noon);
const charged = (id: string, perSecond = oneUnit, consumed = 0n) => ({ id, perSecond, consumed });
const burn = (...resources: ReturnType<typeof charged>[]) => ({
  perSecond: resources.reduce((sum, { perSecond }) => sum.plus(perSecond), new Exact(0)),
  resources,
});

describe('the reserve (product.md §1 rule 7)', () => {
  it('1 CU for 4 h on an empty account needs 0.3990 USD', () => {
    expect(reserve(figures(399_000n))).toEqual({
      day: 342_000n,
      newVm: 57_000n,
      ownVms: 0n,
      others: 0n,
      notYetBilled: 0n,
      byOthers: 0n,
      required: 399_000n,
      available: 399_000n,
      late: { required: 399_000n, available: 399_000n },
    });
  });

  it('holds a day of the whole burn, and each of our VMs until its expiry less what is billed', () => {
    const running = vm('a', { billed: 10_000n });
    expect(reserve(figures(0n, { burn: burn(charged('a')) }), [running])).toMatchObject({
      day: 684_000n,
      ownVms: 47_000n,
      required: 788_000n,
    });
    const consumed = figures(0n, { burn: burn(charged('a', oneUnit, 14_250n)) });
    expect(reserve(consumed, [running]).ownVms).toBe(42_750n);
  });

  it('counts what is held and not yet in the network’s figure, once', () => {
    expect(reserve(figures(0n), [vm('a', { state: 'requested' })]).day).toBe(684_000n);
    expect(reserve(figures(0n, { burn: burn(charged('a')) }), [vm('a')]).day).toBe(684_000n);
    expect(reserve(figures(0n, { burn: burn(charged('a', oneUnit.times(2))) }), [vm('a')]).day).toBe(1_026_000n);
  });

  it('other resources burn until our last expiry, and since they were last billed', () => {
    const files = figures(0n, { burn: burn(charged('file', new Exact(1))), expenses: [{ vm: null, credits: 5n, at: noon - hour }] });
    expect(reserve(files)).toMatchObject({ day: 428_400n, others: 14_400n, notYetBilled: 3600n });
    const late = vm('a', { expiresAt: noon + 10 * hour });
    expect(reserve(files, [late]).others).toBe(36_000n);
    expect(reserve(figures(0n, { burn: burn(charged('file', new Exact(1))) })).notYetBilled).toBe(86_400n);
  });

  it('what ended and is not settled may still be billed', () => {
    const ended = vm('a', { state: 'terminated', terminatedAt: noon - hour, hold: 30_000n, billed: 10_000n });
    expect(reserve(figures(0n), [ended])).toMatchObject({ notYetBilled: 20_000n, ownVms: 0n, day: 342_000n });
    expect(reserve(figures(0n), [{ ...ended, settled: true }]).notYetBilled).toBe(0n);
    expect(reserve(figures(0n), [vm('b', { state: 'dormant', hold: 57_000n })])).toMatchObject({ notYetBilled: 57_000n, day: 342_000n });
  });

  it('lots that expire before our last expiry + 24 h do not count', () => {
    const lots = (expiresAt: number | null) =>
      figures(1_000n, {
        balance: {
          credits: 1_000n,
          lots: [
            { credits: 600n, expiresAt: null },
            { credits: 400n, expiresAt },
          ],
        },
      });
    expect(reserve(lots(null)).available).toBe(1_000n);
    expect(reserve(lots(noon + 28 * hour)).available).toBe(1_000n);
    expect(reserve(lots(noon + 28 * hour - 1)).available).toBe(600n);
    expect(reserve(lots(noon + 28 * hour), [vm('a', { expiresAt: noon + 5 * hour })]).available).toBe(600n);
  });

  it('never asks less when there is more, and never for less than what the network asks', () => {
    const some = fc.array(
      fc.record({ hold: fc.bigInt({ min: 0n, max: 10n ** 6n }), hours: fc.integer({ min: -2, max: 24 }), listed: fc.boolean() }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 86_400 }), (list, ttlSeconds) => {
        const vms = list.map(({ hold, hours }, index) => vm(`${index}`, { hold, expiresAt: noon + hours * hour }));
        const account = figures(0n, { burn: burn(...list.flatMap(({ listed }, index) => (listed ? [charged(`${index}`)] : []))) });
        const all = reserve(account, vms, { rate: oneUnit, ttlSeconds });
        const fewer = reserve(account, vms.slice(1), { rate: oneUnit, ttlSeconds });
        const network = account.burn.perSecond.plus(oneUnit).times(86_400);
        return all.required >= fewer.required - fewer.others - fewer.notYetBilled && network.lte(all.day.toString());
      }),
    );
  });
});
