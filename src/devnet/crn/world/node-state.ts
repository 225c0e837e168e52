import type { InstanceSpec } from './instance-spec.ts';

export type VmPhase = 'preparing' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

/** A VM in a node's pool. Times are ms of the devnet's clock. */
export interface Vm {
  hash: string;
  spec: InstanceSpec;
  phase: VmPhase;
  /** Index of its /24 under 172.16.0.0/12; the first is 4. */
  slot: number;
  times: {
    defined: number;
    preparing: number | null;
    prepared: number | null;
    starting: number | null;
    started: number | null;
    stopping: number | null;
    stopped: number | null;
  };
  /** From when on its sshd answers. */
  sshReadyAt: number | null;
  stoppedByOwner: boolean;
  /** Consecutive sweeps that found its message gone, or its owner short of credits. */
  strikes: { gone: number; unpaid: number };
}

export interface MappedPort {
  host: number;
  tcp: boolean;
  udp: boolean;
}

/** A disk outlives its VM on G1. `made` (ms) tells one installation from the next. */
export interface VmDisk {
  made: number;
}

/** A copy of a VM's disks: when it is or was made (ms), and what it holds, sizes in MiB. */
export interface VmBackup {
  readyAt: number;
  disks: Record<string, number>;
}

/** All that a node remembers; plain data, saved with `--state`. */
export interface NodeState {
  vms: Record<string, Vm>;
  /** By VM hash, then by guest port. */
  ports: Record<string, Record<string, MappedPort>>;
  disks: Record<string, VmDisk>;
  /** Root file systems that were downloaded once. */
  images: string[];
  /** Owners of VMs that ran here once: who may read their logs. */
  past: Record<string, { owner: string; times: Vm['times'] }>;
  /** By VM hash: one archive each. */
  backups: Record<string, VmBackup>;
}

export const emptyNodeState = (): NodeState => ({ vms: {}, ports: {}, disks: {}, images: [], past: {}, backups: {} });
