/**
 * The states of a VM (product.md §2). A `dormant` VM's INSTANCE message was sent and not processed. Anybody may post that message again, so
 * the VM is watched for ever and its row is never closed.
 */
export type VmState = 'requested' | 'dormant' | 'provisioning' | 'healthy' | 'unreachable' | 'stopped' | 'stopping' | 'terminated';

export interface VmSpec {
  vcpus: number;
  memoryMib: number;
  diskMib: number;
  /** Compute units billed: max(vcpus, ceil(memory / 2048)); with GPUs those of the cards, or max(vcpus, ceil(memory / 6144)) where that is more. */
  computeUnits: number;
  /** Slug of the image, or its item hash when given as such. */
  image: string;
  imageHash: string;
  /** GPU models, one for each card; absent where there is none. */
  gpus?: readonly string[];
  /** The guest's memory is encrypted against the node. */
  confidential?: boolean;
}

export interface NodeRef {
  hash: string;
  /** The operator's name for the node; shown only as untrusted text. */
  untrustedName: string;
  url: string;
}

export interface SshEndpoint {
  host: string;
  port: number;
  user: string;
}

/** The answers that a teardown got (conventions.md §5.3). null: unknown. */
export interface TeardownReceipt {
  /** Hosts of the CCNs that answered `forgotten` or `removed`. */
  forgottenBy: string[];
  eraseRequested: boolean;
  /** The node's answer to the erase call, by HTTP status and a fixed class of texts; null where it was not asked. */
  nodeAnswer: 'erased' | 'absent' | 'refused' | 'unreachable' | null;
  disk: 'purged' | 'staysUntilOperatorCleans' | 'unknown';
  /** null: the VM had no port forward. */
  forwardsRemoved: boolean | null;
  noLongerListed: boolean | null;
}

/** One row for each INSTANCE message, written before the network hears of it and never deleted. Times are ms since the epoch. */
export interface VmRecord {
  /** The item hash of the INSTANCE message. */
  id: string;
  name: string;
  /** The random label that the message's public metadata carries. */
  label: string;
  network: string;
  account: string;
  payer: string;
  /** The agent whose VM it is; null: the owner's. */
  agent: string | null;
  task: string | null;
  operation: string;
  /** 1, 2, 3: which node of the plan this attempt runs on. Attempts of one operation share a slot and a hold. */
  attempt: number;
  state: VmState;
  spec: VmSpec;
  node: NodeRef;
  ttlSeconds: number;
  signedAt: number;
  expiresAt: number;
  processedAt: number | null;
  healthyAt: number | null;
  stoppingAt: number | null;
  terminatedAt: number | null;
  /** When the node was notified, ms; that is done at most once (protocol-crn.md §2.5, §4.7). */
  notifiedAt: number | null;
  /** The VM's rate in credits per second, 18 decimals. */
  rate: string;
  /** Credits that this VM has cost and can still cost. */
  hold: bigint;
  endpoint: SshEndpoint | null;
  ipv6: string | null;
  /**
   * Why the VM is being ended: `destroy`, `expired`, `failed`, `price`, `rollback`, `unreachable`, `unarmed`; of one that ended by itself,
   * who ended it (domain/ledger/ended.ts).
   */
  ending: string | null;
  /** Destroying the VM before its expiry needs a person's approval. */
  protected: boolean;
  receipt: TeardownReceipt | null;
  settled: boolean;
  /** Credits that the network's own expense history shows for this VM. */
  billed: bigint;
  /** When the VM's newest expense row was first read, ms; settlement waits 26 h after that. */
  billedAt: number | null;
  updatedAt: number;
}

/** What of a VM's row counts in sums, and whether it counts still: of thousands that are over nothing else is asked. */
export type VmCost = Pick<
  VmRecord,
  | 'id'
  | 'payer'
  | 'agent'
  | 'task'
  | 'operation'
  | 'attempt'
  | 'state'
  | 'ttlSeconds'
  | 'signedAt'
  | 'expiresAt'
  | 'terminatedAt'
  | 'rate'
  | 'hold'
  | 'ending'
  | 'settled'
  | 'billed'
>;

/** Who pays for a VM, for the record, where that is not the account that signed it. */
export const otherPayer = ({ account, payer }: Pick<VmRecord, 'account' | 'payer'>): { payer?: string } =>
  payer === account ? {} : { payer };

/** States in which a VM counts towards the number of live VMs and the burn; a VM in doubt counts. */
export const liveStates: readonly VmState[] = ['requested', 'provisioning', 'healthy', 'unreachable', 'stopped', 'stopping'];
