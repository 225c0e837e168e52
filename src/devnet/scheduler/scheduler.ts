import type { Faults } from '../http/faults.ts';
import type { Chain, ChainInstance } from '../world/chain.ts';
import type { DevnetClock } from '../world/clock.ts';
import type { VmRow, VmStatus } from './vm-row.ts';

/** What the scheduler may ask of a node and tell it; nodes are given by hash. */
export interface NodeFleet {
  /** Hashes, best score first. */
  candidates(): string[];
  host(node: string): string | null;
  reachable(node: string): boolean;
  /** Linked, reachable, with IPv6 for VMs, the capability asked for, and room. */
  suits(node: string, instance: ChainInstance): boolean;
  /** Needed sizes of an INSTANCE. */
  needs(instance: ChainInstance): { vcpus: number; memoryMib: number; diskMib: number; nodeHash: string | null };
  /** Which nodes run a VM now, by VM. */
  observed(): Map<string, string[]>;
  /** Pushes the allocation. What the owner stopped on G2, a push never starts again. */
  push(node: string, hash: string): void;
}

export interface Scheduler {
  rows: Map<string, VmRow>;
  watch(): void;
  observe(): void;
}

export const watchEveryMs = 60_000;
export const observeEveryMs = 30_000;

const ended = new Set(['forgotten', 'removed', 'rejected']);

interface World {
  chain: Chain;
  clock: DevnetClock;
  faults: Faults;
  fleet: NodeFleet;
}

/** Watches messages once a minute, gives pinned VMs to their node and others to the best that has room, observes nodes twice a minute. */
export const createScheduler = ({ chain, clock, faults, fleet }: World, saved: readonly VmRow[] = []): Scheduler => {
  const rows = new Map(saved.map((row) => [row.hash, row]));

  const note = (row: VmRow, status: VmStatus, action: 'scheduled' | 'unscheduled', reason: string | null): void => {
    row.status = status;
    row.updatedAt = clock.now();
    row.history.push({ id: row.history.length + 1, node: row.node, action, reason, at: clock.now() });
  };

  /** A scheduler that is stuck says what it planned, and tells no node of it. */
  const push = (node: string, hash: string): void => {
    if (faults.holds('scheduler', 'never-pushed') === null) fleet.push(node, hash);
  };

  const place = (row: VmRow, instance: ChainInstance, pin: string | null): void => {
    const mistaken = faults.holds('scheduler', 'no-room') !== null;
    const node = mistaken
      ? undefined
      : pin === null
        ? fleet.candidates().find((one) => fleet.suits(one, instance))
        : fleet.suits(pin, instance)
          ? pin
          : undefined;
    if (node === undefined) {
      note(row, 'unschedulable', 'unscheduled', pin === null ? 'NoSuitableNode' : 'InsufficientResources');
      return;
    }
    row.node = node;
    row.allocatedAt = clock.now();
    note(row, 'scheduled', 'scheduled', null);
    push(node, row.hash);
  };

  const neverPlaced = (pin: string | null): boolean =>
    faults.holds('scheduler', 'never-placed') !== null ||
    (pin !== null && faults.holds(fleet.host(pin) ?? 'scheduler', 'never-placed') !== null);

  const ingest = (instance: ChainInstance): void => {
    const { nodeHash, ...needs } = fleet.needs(instance);
    if (neverPlaced(nodeHash)) return;
    const row: VmRow = {
      hash: instance.hash,
      owner: instance.owner,
      sender: instance.sender,
      ...needs,
      status: 'unscheduled',
      node: null,
      allocatedAt: null,
      observed: [],
      lastObservedAt: null,
      updatedAt: clock.now(),
      history: [],
    };
    rows.set(row.hash, row);
    place(row, instance, nodeHash);
  };

  const unschedule = (row: VmRow): void => {
    const { node } = row;
    note(row, 'unscheduled', 'unscheduled', 'Deleted');
    if (node !== null) row.node = null;
  };

  const watch = (): void => {
    for (const row of rows.values()) if (row.status !== 'unscheduled' && ended.has(chain.status(row.hash) ?? '')) unschedule(row);
    for (const hash of chain.instances()) {
      const row = rows.get(hash);
      const instance = row === undefined ? chain.instance(hash) : null;
      if (instance !== null) ingest(instance);
      if (row !== undefined && row.node !== null && row.observed.length === 0 && fleet.reachable(row.node)) push(row.node, hash);
    }
  };

  const statusOf = (row: VmRow): VmStatus => {
    if (row.node === null) return row.observed.length > 0 && row.status === 'unscheduled' ? 'unscheduled' : row.status;
    if (row.observed.length > 1) return 'duplicated';
    if (row.observed.length === 1) return row.observed[0] === row.node ? 'dispatched' : 'misplaced';
    return row.status === 'scheduled' ? 'scheduled' : 'missing';
  };

  const observe = (): void => {
    const seen = fleet.observed();
    for (const row of rows.values()) {
      row.observed = seen.get(row.hash) ?? [];
      if (row.observed.length > 0) row.lastObservedAt = clock.now();
      const status = statusOf(row);
      if (status === row.status) continue;
      row.status = status;
      row.updatedAt = clock.now();
    }
  };

  return { rows, watch, observe };
};
