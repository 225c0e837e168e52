import { describe, expect, it } from 'vitest';
import { creditHistory } from '../../../src/domain/money/credit-history.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 18);
const row = (vm: string | null, credits: bigint, at: number) => ({ vm, credits, at, ref: `${vm}:${at}` });
const vms = [
  { id: 'a', name: 'ci', task: 'build', agent: null },
  { id: 'b', name: 'web', task: null, agent: 'nightly' },
];
const rows = [
  row('a', 10n, start + 1),
  row('a', 5n, start + 2 * day),
  row('b', 20n, start + 2),
  row(null, 1n, start + 3),
  row('x', 2n, start + 4),
];
const sender = `0x${'ab'.repeat(20)}`;
const moved = [
  { credits: 100n, at: start + 5, other: null },
  { credits: 40n, at: start + day, other: sender },
  { credits: -30n, at: start + day + 1, other: sender },
];
const shown = (by: Parameters<typeof creditHistory>[2]) =>
  creditHistory({ expenses: rows, movements: [] }, vms, by, start + 3 * day).map(({ key, name, task, credits, rows: count }) => [
    key,
    name,
    task,
    credits,
    count,
  ]);

describe('the history of credits', () => {
  it('has every day from the first expense to today', () =>
    expect(shown('day')).toEqual([
      ['2026-11-18', null, null, 33n, 4],
      ['2026-11-19', null, null, 0n, 0],
      ['2026-11-20', null, null, 5n, 1],
      ['2026-11-21', null, null, 0n, 0],
    ]));

  it('joins VMs with names and tasks, dearest first; what is not ours keeps its id', () =>
    expect(shown('vm')).toEqual([
      ['b', 'web', null, 20n, 1],
      ['a', 'ci', 'build', 15n, 2],
      ['x', null, null, 2n, 1],
      ['(other)', null, null, 1n, 1],
    ]));

  it('adds up tasks, and what has none', () =>
    expect(shown('task')).toEqual([
      ['(other)', null, null, 23n, 3],
      ['build', null, 'build', 15n, 2],
    ]));

  it('adds up agents, what is the owner’s own, and what is nobody’s here', () =>
    expect(shown('agent')).toEqual([
      ['nightly', null, null, 20n, 1],
      ['(owner)', null, null, 15n, 2],
      ['(other)', null, null, 3n, 2],
    ]));

  it('lists single rows newest first', () =>
    expect(creditHistory({ expenses: rows, movements: moved }, vms, 'row', start).map(({ credits }) => credits)).toEqual([
      5n,
      2n,
      1n,
      20n,
      10n,
    ]));

  it('A-067: keeps what came and went apart from what was spent, by day and by counterparty', () => {
    const of = (by: 'day' | 'counterparty') =>
      creditHistory({ expenses: rows, movements: moved }, vms, by, start + day).map((found) => [
        found.key,
        found.credits,
        found.received,
        found.sent,
        found.rows,
      ]);
    expect(of('day')).toEqual([
      ['2026-11-18', 33n, 100n, 0n, 5],
      ['2026-11-19', 0n, 40n, 30n, 2],
      ['2026-11-20', 5n, 0n, 0n, 1],
    ]);
    expect(of('counterparty')).toEqual([
      ['(bought)', 0n, 100n, 0n, 1],
      [sender, 0n, 40n, 30n, 2],
    ]);
  });

  it('of nothing is nothing', () => expect(creditHistory({ expenses: [], movements: [] }, vms, 'day', start)).toEqual([]));
});
