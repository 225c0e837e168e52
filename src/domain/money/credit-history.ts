import { formatInstant, utcDayStart } from '../text/instant.ts';

const dayMs = 86_400_000;

interface Spent {
  vm: string | null;
  credits: bigint;
  at: number;
  ref: string;
}

interface Moved {
  credits: bigint;
  at: number;
  /** The other side of a transfer; null for credits that were bought. */
  other: string | null;
}

interface Known {
  id: string;
  name: string;
  task: string | null;
  /** The agent whose VM it is; null: the owner's. */
  agent: string | null;
}

/** The rows of one day, VM, task, agent or counterparty added up, or one single expense. Times are ms, amounts credits. */
export interface HistoryEntry {
  /** Identifies the entry in its list. */
  key: string;
  /** When the entry's newest row was posted, ms; the start of a day without rows. */
  at: number;
  vm: string | null;
  name: string | null;
  task: string | null;
  /** What VMs and files cost. */
  credits: bigint;
  /** Credits that were bought or came by transfers. */
  received: bigint;
  /** Credits that left by transfers. */
  sent: bigint;
  rows: number;
}

export type HistoryBy = 'day' | 'vm' | 'task' | 'agent' | 'counterparty' | 'row';

/**
 * Stands for no task; its brackets keep it apart from every task's name, as `owner` and `bought` are kept apart from every agent and
 * address.
 */
const other = '(other)';
const owner = '(owner)';
const bought = '(bought)';

const dayOf = (at: number): string => formatInstant(at).slice(0, 10);

/** An entry of one row. */
const single = (key: string, { at, credits }: { at: number; credits: bigint }): HistoryEntry => {
  const nothing = { credits: 0n, received: 0n, sent: 0n };
  return { key, at, vm: null, name: null, task: null, ...nothing, credits, rows: 1 };
};

const moved = (key: string, { at, credits }: Moved): HistoryEntry => ({
  ...single(key, { at, credits: 0n }),
  ...(credits > 0n ? { received: credits } : { sent: -credits }),
});

const spent = (row: Spent, by: HistoryBy, vm: Known | undefined): HistoryEntry => {
  const task = vm?.task ?? null;
  const named = { vm: row.vm, name: vm?.name ?? null, task };
  if (by === 'row') return { ...single(row.ref, row), ...named };
  if (by === 'vm') return { ...single(row.vm ?? other, row), ...named };
  if (by === 'agent') return single(vm === undefined ? other : (vm.agent ?? owner), row);
  return by === 'day' ? single(dayOf(row.at), row) : { ...single(task ?? other, row), task };
};

const together = (a: HistoryEntry, b: HistoryEntry): HistoryEntry => ({
  ...a,
  at: Math.max(a.at, b.at),
  credits: a.credits + b.credits,
  received: a.received + b.received,
  sent: a.sent + b.sent,
  rows: a.rows + b.rows,
});

/**
 * The network's expenses, joined with the names and tasks that only the ledger knows, and the credits that came and went. Days come oldest
 * first, up to today without a gap; VMs, tasks and agents dearest first; counterparties by what came and went; single expenses newest
 * first. Expenses of no VM of ours stand under `(other)`, those of VMs that are no agent's under `(owner)`, purchases under `(bought)`.
 * Movements belong to no VM and no task.
 */
export const creditHistory = (
  { expenses, movements }: { expenses: readonly Spent[]; movements: readonly Moved[] },
  vms: readonly Known[],
  by: HistoryBy,
  now: number,
): HistoryEntry[] => {
  const known = new Map(vms.map((vm) => [vm.id, vm]));
  const rows = [
    ...(by === 'counterparty' ? [] : expenses.map((row) => spent(row, by, known.get(row.vm ?? '')))),
    ...(by === 'day' ? movements.map((row) => moved(dayOf(row.at), row)) : []),
    ...(by === 'counterparty' ? movements.map((row) => moved(row.other ?? bought, row)) : []),
  ];
  const entries = new Map<string, HistoryEntry>();
  for (const row of rows) {
    const before = entries.get(row.key);
    entries.set(row.key, before === undefined ? row : together(before, row));
  }
  const found = [...entries.values()];
  if (by === 'day') return withoutGaps(found, now);
  const weight = ({ credits, received, sent }: HistoryEntry): bigint => credits + received + sent;
  const least = (a: HistoryEntry, b: HistoryEntry): number => (a.key < b.key ? -1 : 1);
  if (by === 'row') return found.sort((a, b) => b.at - a.at || least(a, b));
  return found.sort((a, b) => (weight(a) === weight(b) ? least(a, b) : weight(a) > weight(b) ? -1 : 1));
};

const withoutGaps = (days: readonly HistoryEntry[], now: number): HistoryEntry[] => {
  if (days.length === 0) return [];
  const first = utcDayStart(Math.min(...days.map(({ at }) => at)));
  const last = utcDayStart(Math.max(now, ...days.map(({ at }) => at)));
  const filled = new Map(days.map((day) => [day.key, day]));
  return Array.from({ length: (last - first) / dayMs + 1 }, (_, place) => {
    const at = first + place * dayMs;
    const key = dayOf(at);
    return filled.get(key) ?? { ...single(key, { at, credits: 0n }), rows: 0 };
  });
};
