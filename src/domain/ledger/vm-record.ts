/**
 * The life of a VM, product.md §2. `dormant` is what was sent and not processed: anybody may post it again, so it is
 * watched for ever and never closed.
 */
export type VmState = 'requested' | 'dormant' | 'provisioning' | 'healthy' | 'unreachable' | 'stopped' | 'stopping' | 'terminated';

export interface VmSpec {
  vcpus: number;
  memoryMib: number;
  diskMib: number;
  /** Compute units billed: max(vcpus, ceil(memory / 2048)). */
  computeUnits: number;
  /** Slug of the image, or its item hash when given as such. */
  image: string;
  imageHash: string;
  /** Models, one for each card; absent where there is none. */
  gpus?: readonly string[];
  /** Its memory is encrypted against the node. */
  confidential?: boolean;
}

export interface NodeRef {
  hash: string;
  /** Ours to show only as untrusted text. */
  untrustedName: string;
  url: string;
}

export interface SshEndpoint {
  host: string;
  port: number;
  user: string;
}

/** What teardown was answered, conventions.md §5.3. `null` is unknown. */
export interface TeardownReceipt {
  /** Hosts of the CCNs that answered `forgotten` or `removed`. */
  forgottenBy: string[];
  eraseRequested: boolean;
  /** HTTP status and fixed text class of the node's answer to erase: `erased`, `absent`, `refused`, `unreachable`; null when not asked. */
  nodeAnswer: 'erased' | 'absent' | 'refused' | 'unreachable' | null;
  disk: 'purged' | 'staysUntilOperatorCleans' | 'unknown';
  /** null: there was no forward. */
  forwardsRemoved: boolean | null;
  noLongerListed: boolean | null;
}

/** One INSTANCE message, one row. Written before the network hears of it, never deleted. Times are ms since the epoch. */
export interface VmRecord {
  /** The item hash of the INSTANCE message. */
  id: string;
  name: string;
  /** The random label that is public in the message's metadata. */
  label: string;
  network: string;
  account: string;
  payer: string;
  task: string | null;
  operation: string;
  /** 1, 2, 3: which node of the plan this is. Attempts of one operation share a slot and a hold. */
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
  /** Notify is sent at most once (protocol-crn.md §2.5, §4.7). */
  notifiedAt: number | null;
  /** Credits per second, 18 decimals. */
  rate: string;
  /** Integer credits that this VM can still cost, and has cost. */
  hold: bigint;
  endpoint: SshEndpoint | null;
  ipv6: string | null;
  /** Why it is on its way out: `destroy`, `expired`, `failed`, `price`, `rollback`, `unreachable`, `unarmed`. */
  ending: string | null;
  /** Destroying it before its expiry asks a person. */
  protected: boolean;
  receipt: TeardownReceipt | null;
  settled: boolean;
  /** Integer credits that the network's own history shows for this VM. */
  billed: bigint;
  /** When the newest of those rows was read first; settlement waits 26 h after it. */
  billedAt: number | null;
  updatedAt: number;
}

/** States in which the VM counts as one of the VMs at once and is in the burn. Doubt counts. */
export const liveStates: readonly VmState[] = ['requested', 'provisioning', 'healthy', 'unreachable', 'stopped', 'stopping'];
