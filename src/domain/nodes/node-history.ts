import type { VmRecord } from '../ledger/vm-record.ts';

/** Our own experience with a node. Times are ms. */
export interface NodeHistory {
  /** VMs that came up on the node, and VMs that failed through its fault. */
  boots: number;
  failures: number;
  lastFailureAt: number | null;
  /** Median time from signing to the SSH banner, seconds; null before the first VM. */
  readySeconds: number | null;
}

export const noHistory: NodeHistory = { boots: 0, failures: 0, lastFailureAt: null, readySeconds: null };

/** A node that failed within this time is tried only where no other node fits. */
const recentMs = 10 * 60_000;

/**
 * The history of our VMs on each node, by node hash. VMs that answered SSH count as boots; VMs given up as `failed`, or ended because they
 * were unreachable, count as failures. `blameless` failures, orders to destroy and prices above the ceiling count as neither.
 */
export const nodeHistories = (rows: readonly VmRecord[], blameless: (row: VmRecord) => boolean): Map<string, NodeHistory> => {
  const byNode = new Map<string, VmRecord[]>();
  for (const row of rows) {
    const own = byNode.get(row.node.hash);
    if (own === undefined) byNode.set(row.node.hash, [row]);
    else own.push(row);
  }
  return new Map([...byNode].map(([hash, own]) => [hash, historyOf(own, blameless)]));
};

const historyOf = (rows: readonly VmRecord[], blameless: (row: VmRecord) => boolean): NodeHistory => {
  const seconds = rows
    .flatMap(({ healthyAt, signedAt }) => (healthyAt === null ? [] : [(healthyAt - signedAt) / 1000]))
    .sort((a, b) => a - b);
  const failed = rows.filter(
    (row) => row.ending === 'unreachable' || (row.ending === 'failed' && row.healthyAt === null && !blameless(row)),
  );
  const middle = seconds[Math.floor((seconds.length - 1) / 2)];
  return {
    boots: seconds.length,
    failures: failed.length,
    lastFailureAt: failed.length === 0 ? null : Math.max(...failed.map((row) => row.stoppingAt ?? row.updatedAt)),
    readySeconds: middle === undefined ? null : Math.round(middle * 10) / 10,
  };
};

/** How far to trust a node, in (0, 1]: 1 without failures, a share after some, close to 0 right after one. */
export const trustIn = ({ boots, failures, lastFailureAt }: NodeHistory, now: number): number => {
  const share = (boots + 1) / (boots + 1 + failures);
  return lastFailureAt !== null && now - lastFailureAt < recentMs ? share / 50 : share;
};
