import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countersOf } from '../../../src/domain/burn/counters.ts';
import { extendedTerm } from '../../../src/domain/burn/extension.ts';
import { budgetOf, taskSpend } from '../../../src/domain/burn/task-budget.ts';
import { type Case, judge } from '../../../src/domain/judge/judge.ts';
import { judgeExtension } from '../../../src/domain/judge/judge-extension.ts';
import type { VmRecord } from '../../../src/domain/ledger/vm-record.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import { figures, fresh, hour, noon, oneUnit, operation, vm } from '../judge/judge-case.ts';

const wide = { ...defaultLimits, maxVms: 1000, askAboveCredits: 10n ** 12n, creationsPerMinute: 1000, maxBurnCreditsPerHour: 10n ** 12n };
const policy = (tasks: Record<string, bigint>): Case['policy'] => ({
  limits: { ...wide, maxDayCredits: 10n ** 12n, maxTotalCredits: 10n ** 12n },
  tasks,
  authorisedAt: 0,
  acknowledgedBalance: 10n ** 12n,
});
const of = (task: string | null, rows: VmRecord[], tasks: Record<string, bigint>): Case =>
  fresh({ order: { ...fresh().order, task }, rows: { vms: rows, operations: [] }, policy: policy(tasks), figures: figures(10n ** 13n) });
const limitOf = (matter: Case) => judge(matter).checks.find(({ code }) => code === 'TASK_LIMIT');

describe('budgets of tasks', () => {
  it('what the VMs of a task have cost and can still cost counts, whoever made them and whenever', () => {
    const rows = [
      vm('a', { task: 'nightly' }),
      vm('gone', { task: 'nightly', state: 'terminated', terminatedAt: noon - 40 * hour, hold: 14_250n, signedAt: noon - 41 * hour }),
      vm('settled', { task: 'nightly', state: 'terminated', terminatedAt: noon - 90 * hour, hold: 9n, billed: 7n, settled: true }),
      vm('other', { task: 'other' }),
      vm('none'),
    ];
    expect(limitOf(of('nightly', rows, { nightly: 128_257n }))).toMatchObject({ ok: true, figure: '0.128257', limit: '0.128257' });
    const refused = judge(of('nightly', rows, { nightly: 128_256n }));
    expect(refused).toMatchObject({ verdict: 'deny', failing: [{ code: 'TASK_LIMIT', figure: '0.128257', limit: '0.128256' }] });
  });

  it('a create between two attempts keeps its part of the budget', () => {
    const failed = vm('a', {
      task: 'nightly',
      operation: 'op_1',
      state: 'terminated',
      ending: 'failed',
      terminatedAt: noon - 1000,
      hold: 200n,
    });
    const running = operation('op_1', { task: 'nightly', state: 'running', endedAt: null, startedAt: noon - 60_000 });
    const rows = { vms: [failed], operations: [running] };
    const { exposures } = countersOf(rows, figures(0n), 0, noon);
    expect(taskSpend('nightly', rows, exposures)).toBe(57_000n);
  });

  it('no budget, no check; names that objects have of themselves are names like any other', () => {
    expect(limitOf(of('constructor', [], {}))).toBeUndefined();
    expect(limitOf(of(null, [], { nightly: 0n }))).toBeUndefined();
    expect(budgetOf('constructor', {})).toBeNull();
    expect(limitOf(of('constructor', [], { constructor: 56_999n }))).toMatchObject({ ok: false });
  });

  it('a longer life is held against the budget of the VM’s own task', () => {
    const row = vm('a', { task: 'nightly' });
    const longer = (budget: bigint) =>
      judgeExtension({
        vm: row,
        until: noon + 4 * hour,
        policy: policy({ nightly: budget }),
        rows: { vms: [row], operations: [] },
        figures: figures(10n ** 13n),
        beforehand: [],
        now: noon,
      });
    expect(longer(71_250n).verdict).toBe('allow');
    expect(longer(71_249n).failing).toMatchObject([{ code: 'TASK_LIMIT', figure: '0.07125' }]);
  });

  it('W-042: whatever is created, extended and ended, in whatever order, no task comes to cost more than its budget', () => {
    const steps = fc.array(
      fc.record({
        task: fc.constantFrom('a', 'b', null),
        units: fc.integer({ min: 1, max: 4 }),
        hours: fc.integer({ min: 1, max: 24 }),
        kind: fc.constantFrom('create', 'create', 'extend', 'end'),
        at: fc.nat(20),
      }),
      { maxLength: 25 },
    );
    const budgets = fc.record({ a: fc.bigInt({ min: 0n, max: 600_000n }), b: fc.bigInt({ min: 0n, max: 600_000n }) });
    fc.assert(
      fc.property(steps, budgets, (commands, tasks) => {
        const rows: VmRecord[] = [];
        const spent = (task: string): bigint => {
          const all = { vms: rows, operations: [] };
          return taskSpend(task, all, countersOf(all, figures(0n), 0, noon).exposures);
        };
        for (const [index, { task, units, hours, kind, at }] of commands.entries()) {
          const chosen = rows[at % Math.max(1, rows.length)];
          if (kind === 'create') {
            const order = { ...fresh().order, rate: oneUnit.times(units), ttlSeconds: hours * 3600, computeUnits: units, task };
            const judged = judge({ ...of(task, rows, tasks), order });
            if (judged.verdict !== 'allow') continue;
            const expiresAt = noon + hours * hour;
            const rate = order.rate.toFixed(18);
            rows.push(vm(`v${index}`, { task, rate, hold: judged.most, signedAt: noon, expiresAt, ttlSeconds: order.ttlSeconds }));
          } else if (chosen !== undefined && kind === 'end') {
            rows[at % rows.length] = { ...chosen, state: 'terminated', terminatedAt: noon, hold: chosen.hold / 2n };
          } else if (chosen?.state === 'healthy') {
            const until = chosen.expiresAt + hours * hour;
            const matter = {
              vm: chosen,
              until,
              policy: policy(tasks),
              rows: { vms: rows, operations: [] },
              figures: figures(10n ** 13n),
              beforehand: [],
              now: noon,
            };
            if (judgeExtension(matter).verdict !== 'allow') continue;
            const { whole: _, ...term } = extendedTerm(chosen, until, oneUnit.times(0).plus(chosen.rate), rows);
            rows[at % rows.length] = { ...chosen, ...term };
          }
        }
        return spent('a') <= tasks.a && spent('b') <= tasks.b;
      }),
    );
  });
});
