import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endedBy, judgeDestroy } from '../../../src/domain/judge/judge-destroy.ts';
import type { VmRecord } from '../../../src/domain/ledger/vm-record.ts';
import { noon, vm } from './judge-case.ts';

const leaving = (id: string, secondsAgo: number, patch: Partial<VmRecord> = {}): VmRecord =>
  vm(id, { state: 'stopping', ending: 'destroy', stoppingAt: noon - secondsAgo * 1000, ...patch });
const asked = (vms: VmRecord[], rows: VmRecord[] = [], task: string | null = null): string[] =>
  judgeDestroy(vms, [...vms, ...rows], { limit: 3, task, now: noon })
    .filter(({ ok }) => !ok)
    .map(({ figure, limit }) => `${figure} of ${limit}`);

describe('what asks a person before VMs are destroyed (conventions.md §4.6)', () => {
  it('W-309: more than three at once, in one call or in several within a minute', () => {
    expect(asked([vm('a'), vm('b'), vm('c')])).toEqual([]);
    expect(asked([vm('a'), vm('b'), vm('c'), vm('d')])).toEqual(['4 of 3']);
    const three = [leaving('x', 50), leaving('y', 20), leaving('z', 1, { state: 'terminated' })];
    expect(asked([vm('a')], three)).toEqual(['4 of 3']);
    expect(asked([vm('a')], [...three.slice(1), leaving('x', 60)])).toEqual([]);
  });

  it('what ended by expiry, or by itself, is nobody’s order', () => {
    const others = ['expired', 'failed', 'rollback', 'price'].map((ending, index) => leaving(`o${index}`, 1, { ending }));
    expect(asked([vm('a')], others)).toEqual([]);
  });

  it('another task’s, and protected ones; nothing asks for nothing', () => {
    expect(asked([vm('a', { task: 'nightly' })], [], 'nightly')).toEqual([]);
    expect(asked([vm('a', { task: 'nightly' })])).toEqual(['nightly of ']);
    expect(asked([vm('a', { protected: true }), vm('b')])).toEqual(['a of ']);
    expect(asked([], [leaving('x', 1), leaving('y', 1), leaving('z', 1), leaving('w', 1)])).toEqual([]);
  });

  it('going on with what is on its way out asks nobody again', () => {
    const rows = ['stopping', 'terminated', 'dormant'] as const;
    expect(endedBy(rows.map((state) => vm(state, { state, protected: true })))).toEqual([]);
  });

  it('however calls follow each other, no minute sees more than three without a person', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 40 })), { maxLength: 30 }), (calls) => {
        const rows: VmRecord[] = [];
        let now = noon;
        for (const [count, seconds] of calls) {
          now += seconds * 1000;
          const vms = Array.from({ length: count }, (_, index) => vm(`${rows.length + index}`));
          if (judgeDestroy(vms, rows, { limit: 3, task: null, now }).some(({ ok }) => !ok)) continue;
          rows.push(...vms.map(({ id }) => vm(id, { state: 'stopping', ending: 'destroy', stoppingAt: now })));
        }
        return rows.every(
          ({ stoppingAt }) =>
            rows.filter((other) => other.stoppingAt! <= stoppingAt! && stoppingAt! - other.stoppingAt! < 60_000).length <= 3,
        );
      }),
    );
  });
});
