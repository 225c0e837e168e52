import { formatInstant, utcDayStart } from '../text/instant.ts';

const dayMs = 86_400_000;

interface Spent {
  vm: string | null;
  credits: bigint;
  at: number;
  ref: string;
}

interface Known {
  id: string;
  name: string;
  task: string | null;
}

/** The expense rows of one day, VM or task added up, or one single row. Times are ms. */
export interface HistoryEntry {
  /** Identifies the entry in its list. */
  key: string;
  /** When the entry's newest row was posted, ms; the start of a day without rows. */
  at: number;
  vm: string | null;
  name: string | null;
  task: string | null;
  credits: bigint;
  rows: number;
}

export type HistoryBy = 'day' | 'vm' | 'task' | 'row';

/** Stands for no task; its brackets keep it apart from every task's name. */
const other = '(other)';

const dayOf = (at: number): string => formatInstant(at).slice(0, 10);

/**
 * The network's expenses, joined with the names and tasks that only the ledger knows. Days come oldest first, up to today without a gap;
 * VMs and tasks dearest first; single rows newest first. Expenses of no VM of ours stand under `(other)`.
 */
export const creditHistory = (rows: readonly Spent[], vms: readonly Known[], by: HistoryBy, now: number): HistoryEntry[] => {
  const known = new Map(vms.map((vm) => [vm.id, vm]));
  const entry = (row: Spent, key: string): HistoryEntry => {
    const vm = row.vm === null ? undefined : known.get(row.vm);
    const name = by === 'vm' || by === 'row' ? (vm?.name ?? null) : null;
    const task = by === 'day' ? null : (vm?.task ?? null);
    return { key, at: row.at, vm: by === 'vm' || by === 'row' ? row.vm : null, name, task, credits: row.credits, rows: 1 };
  };
  const keyOf = (row: Spent): string => {
    if (by === 'row') return row.ref;
    if (by === 'day') return dayOf(row.at);
    if (by === 'vm') return row.vm ?? other;
    return (row.vm === null ? undefined : known.get(row.vm))?.task ?? other;
  };
  const entries = new Map<string, HistoryEntry>();
  for (const row of rows) {
    const key = keyOf(row);
    const before = entries.get(key);
    if (before === undefined) entries.set(key, entry(row, key));
    else {
      entries.set(key, { ...before, at: Math.max(before.at, row.at), credits: before.credits + row.credits, rows: before.rows + 1 });
    }
  }
  const found = [...entries.values()];
  if (by === 'day') return withoutGaps(found, now);
  const least = (a: HistoryEntry, b: HistoryEntry): number => (a.key < b.key ? -1 : 1);
  if (by === 'row') return found.sort((a, b) => b.at - a.at || least(a, b));
  return found.sort((a, b) => (a.credits === b.credits ? least(a, b) : a.credits > b.credits ? -1 : 1));
};

const withoutGaps = (days: readonly HistoryEntry[], now: number): HistoryEntry[] => {
  if (days.length === 0) return [];
  const first = utcDayStart(Math.min(...days.map(({ at }) => at)));
  const last = utcDayStart(Math.max(now, ...days.map(({ at }) => at)));
  const spent = new Map(days.map((day) => [day.key, day]));
  return Array.from({ length: (last - first) / dayMs + 1 }, (_, place) => {
    const at = first + place * dayMs;
    const key = dayOf(at);
    return spent.get(key) ?? { key, at, vm: null, name: null, task: null, credits: 0n, rows: 0 };
  });
};
