/** The scheduler's words for a VM (protocol-crn.md 4.2). */
export type VmStatus = 'scheduled' | 'dispatched' | 'missing' | 'misplaced' | 'duplicated' | 'unscheduled' | 'unschedulable';

/** What the scheduler remembers of a VM. Rows are never pruned. Times are ms. */
export interface VmRow {
  hash: string;
  owner: string;
  sender: string;
  vcpus: number;
  memoryMib: number;
  diskMib: number;
  status: VmStatus;
  /** Hash of the node that it was given to. */
  node: string | null;
  allocatedAt: number | null;
  observed: string[];
  lastObservedAt: number | null;
  updatedAt: number;
  history: { id: number; node: string | null; action: 'scheduled' | 'unscheduled'; reason: string | null; at: number }[];
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** The row as `/api/v1/vms` gives it. */
export const presentRow = (row: VmRow): Record<string, unknown> => ({
  vm_hash: row.hash,
  vm_type: 'instance',
  allocated_node: row.node,
  allocated_at: iso(row.allocatedAt),
  observed_nodes: row.observed,
  last_observed_at: iso(row.lastObservedAt),
  status: row.status,
  scheduling_status: row.node === null ? row.status : 'scheduled',
  requirements_vcpus: row.vcpus,
  requirements_memory_mb: row.memoryMib,
  requirements_disk_mb: row.diskMib,
  payment_type: 'credits',
  payment_status: 'validated',
  updated_at: iso(row.updatedAt),
  requires_confidential: false,
  gpu_requirements: [],
  cpu_architecture: null,
  cpu_vendor: null,
  cpu_features: [],
  migration_target: null,
  migration_started_at: null,
  owner: row.owner,
});

export const presentHistory = (row: VmRow): Record<string, unknown>[] =>
  row.history.map((entry) => ({
    id: entry.id,
    vm_hash: row.hash,
    node_hash: entry.node,
    action: entry.action,
    reason: entry.reason,
    timestamp: iso(entry.at),
  }));
