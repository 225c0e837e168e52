import type { Decimal } from 'decimal.js';
import type { JournalWord, PublishedHead } from '../../domain/ledger/journal.ts';
import type { NodeRef, SshEndpoint, VmSpec } from '../../domain/ledger/vm-record.ts';
import type { Prices } from '../../domain/money/price.ts';
import type { Products } from '../../domain/money/products.ts';
import type { GpuCard, GpuDevice } from '../../domain/nodes/gpu-card.ts';
import type { Forward } from '../../domain/reach/forwards.ts';
import type { Signer } from '../keys/keys.ts';
import type { ConsoleLog } from './console-log.ts';
import type { NodeInspection, NodeList, NodeProbe, SchedulerWord } from './nodes.ts';
import type { OpenPorts } from './open-ports.ts';

/** Integer credits; 1,000,000 are 1 USD. */
export type Credits = bigint;

export interface Balance {
  credits: Credits;
  /** Lots that expire; null never does. Times are ms. */
  lots: { credits: Credits; expiresAt: number | null }[];
}

/** What an account burns, the network's own word. */
export interface Burn {
  /** Credits per second of everything live, stored files included. */
  perSecond: Decimal;
  /** Per VM or file, by item hash. */
  resources: { id: string; perSecond: Decimal; consumed: Credits }[];
}

/** Credits per hour of every kind of VM; from two agreeing hosts, within 0.1 to 10 times the built-in table. The plain instance's are always there. */
export interface PriceTable extends Products {
  tiers: { id: string; computeUnits: number }[];
  /** null, as with GPUs: no two hosts agree on it, or it lies out of bounds. */
  confidential: (Prices & { tiers: { id: string; computeUnits: number }[] }) | null;
}

export interface Image {
  slug: string;
  hash: string;
  minDiskMib: number;
  /** The hash is the one pinned in this package. */
  pinned: boolean;
}

export type MessageStatus = 'unknown' | 'pending' | 'processed' | 'rejected' | 'removing' | 'removed' | 'forgotten';

/** One CCN host's word on one message. `null`: it did not answer. */
export interface HostWord {
  host: string;
  status: MessageStatus | null;
}

/** A signed message: what the ledger keeps, and exactly what is sent. */
export interface SignedMessage {
  id: string;
  kind: 'INSTANCE' | 'FORGET' | 'AGGREGATE';
  /** The request body, byte for byte. */
  bytes: string;
  /** `content.time`, ms. */
  signedAt: number;
}

/** `unknown`: nothing was answered, it may or may not have arrived. */
export interface Publication {
  status: 'processed' | 'pending' | 'rejected' | 'invalid' | 'unknown';
  /** The network's rejection code and what we make of it. */
  rejection: {
    code: number;
    reason: 'credits' | 'image' | 'permission' | 'signature' | 'payment' | 'format' | 'target' | 'other';
    details: unknown;
  } | null;
}

/** What one node says of one VM. */
export interface NodeView {
  state: 'absent' | 'preparing' | 'running' | 'stopped' | 'unreachable';
  endpoint: SshEndpoint | null;
  /** The guest's own port 22 on its public IPv6 address, which needs no mapping. */
  endpoint6: SshEndpoint | null;
  ipv6: string | null;
}

/** A signed call on a VM by its owner. `start` is there on the newest nodes only. */
export type NodeOperation = 'stop' | 'start' | 'reboot' | 'reinstall';

/**
 * `already`: nothing to do. `notRunning`: a reboot that did nothing. `absent`: the node holds no such VM. `unsupported`: it knows
 * no such call. `failed`: it tried. `unreachable`: it may have been done all the same.
 */
export type OperationAnswer = 'done' | 'already' | 'notRunning' | 'absent' | 'unsupported' | 'refused' | 'failed' | 'unreachable';

export interface Placement {
  /** The scheduler's status word; null when it does not know the VM or did not answer. */
  status: string | null;
  node: string | null;
  answered: boolean;
}

export type StartAnswer = 'started' | 'credits' | 'full' | 'notYet' | 'elsewhere' | 'governed' | 'unreachable' | 'failed';

/** What the network says that a VM costs. */
export interface VmPrice {
  /** Credits. The dearest that any host says, where no two agree. */
  perSecond: Decimal;
  /** Two hosts say so, or the only one there is. */
  agreed: boolean;
}

/** An INSTANCE of ours as the network lists it. */
export interface ListedVm {
  id: string;
  sender: string;
  owner: string;
  signedAt: number;
  /** `metadata` carries our marker. */
  ours: boolean;
  label: string | null;
  /** `metadata.expires`, ms. */
  expiresAt: number | null;
  nodeHash: string | null;
  spec: VmSpec;
}

export interface Expense {
  vm: string | null;
  /** Positive integer credits. */
  credits: Credits;
  at: number;
  /** Identifies the row: POST hash and index. */
  ref: string;
}

export interface CreateOrder {
  owner: string;
  label: string;
  spec: VmSpec;
  node: NodeRef;
  /** Cards of this node, one for each model of the spec. */
  gpus?: readonly GpuCard[] | undefined;
  sshKeys: readonly string[];
  /** Item hash of the node's terms and conditions, where the user accepted them. */
  acceptedTerms?: string | undefined;
  expiresAt: number;
  at: number;
}

/** Reading the cloud behind `vm`. Shaped for Aleph, free of its wire. Failures: NETWORK_UNAVAILABLE, NETWORK_ANSWER_INVALID. */
export interface CloudReader {
  readonly network: string;
  /** A devnet: loopback nodes and http are allowed. */
  readonly devnet: boolean;
  /** The configured CCN hosts, in order. */
  readonly hosts: readonly string[];
  /** How far the local clock is from each answering CCN's `Date`, in ms (local − theirs). */
  clockSkew(): Promise<{ host: string; skewMs: number }[]>;
  balance(address: string): Promise<Balance>;
  burn(address: string): Promise<Burn>;
  /** `PRICE_UNREADABLE` unless two hosts agree within bounds. */
  prices(): Promise<PriceTable>;
  /** Which model each GPU is priced as, as two hosts say alike; `PRICE_UNREADABLE` where they do not. */
  gpuDevices(): Promise<GpuDevice[]>;
  /** Credits per second of this spec, by the network's own estimate where it answers, checked against the table. */
  quote(order: { owner: string; spec: VmSpec; node: NodeRef; gpus?: readonly GpuCard[] | undefined }, prices: PriceTable): Promise<Decimal>;
  images(): Promise<Image[]>;
  /** Is the image's STORE message processed on the network? */
  imageExists(hash: string): Promise<boolean>;
  nodes(options?: { maxAgeMs?: number }): Promise<NodeList>;
  /** The node's address and hash as two hosts' corechannel have it; null when they disagree or it is not there. */
  confirmNode(hash: string): Promise<NodeRef | null>;
  probe(nodes: readonly NodeRef[], timeoutMs: number): Promise<NodeProbe[]>;
  inspectNode(node: NodeRef, timeoutMs: number): Promise<NodeInspection>;
  /** The scheduler on every node it knows; null when it does not answer. */
  schedulerNodes(): Promise<SchedulerWord[] | null>;
  /** The least node version that the network accepts; null where it does not say. */
  minimumNodeVersion(): Promise<string | null>;
  /** Every configured CCN host's word. Never throws for a host that does not answer. */
  statusOf(id: string): Promise<HostWord[]>;
  /** The INSTANCE as stored, from the first host that has it; null when none. */
  vm(id: string): Promise<(ListedVm & { status: MessageStatus }) | null>;
  /** All live (processed, removing) INSTANCEs sent by this address. */
  listSentBy(sender: string): Promise<ListedVm[]>;
  /** Of those, what any host is about to remove for want of credits; null where none answers. */
  removing(sender: string): Promise<string[] | null>;
  /** The network's own price of a processed VM; null when it has none. */
  priceOf(id: string): Promise<VmPrice | null>;
  /** Expense rows of the account since `since`, oldest first. */
  expenses(address: string, since: number): Promise<Expense[]>;
  nodeView(node: NodeRef, id: string): Promise<NodeView>;
  placement(id: string): Promise<Placement>;
  /** Every configured host's word on the expiries and the ledger's head that an account has published. Never throws for a host that does not answer. */
  journal(address: string): Promise<JournalWord[]>;
  hasForwards(owner: string, id: string): Promise<boolean>;
  /** What the owner's `port-forwarding` aggregate asks for, once all hosts that answer agree; `NETWORK_ANSWER_INVALID` while they do not. */
  forwards(owner: string, id: string): Promise<Forward[]>;
  openPorts(node: NodeRef, id: string): Promise<OpenPorts>;
  /** Public SSH endpoints of other people's VMs on these nodes, one a node at most: to tell a dead VM from a blocked port. */
  sshSamples(nodes: readonly NodeRef[]): Promise<SshEndpoint[]>;
}

/** Changing it. Nothing here decides anything: what may be sent was decided and recorded before. */
export interface Cloud extends CloudReader {
  /** Loads what signing needs; worth calling early, while something else is waited for. */
  prepareSigning(): Promise<void>;
  /** Builds, validates and signs. Sends nothing. `WRONG_NETWORK` before anything is built. */
  signCreate(order: CreateOrder, signer: Signer): Promise<SignedMessage>;
  signForget(order: { owner: string; ids: readonly string[]; reason: string; at: number }, signer: Signer): Promise<SignedMessage>;
  /** `{[id]: null}` on the owner's `port-forwarding` aggregate. */
  signForwardsRemoval(order: { owner: string; id: string; at: number }, signer: Signer): Promise<SignedMessage>;
  /** All forwards of one VM anew: what is not named is gone. */
  signForwards(order: { owner: string; id: string; forwards: readonly Forward[]; at: number }, signer: Signer): Promise<SignedMessage>;
  /** The new expiry of one VM, in the signer's own journal. */
  signJournal(order: { id: string; expiresAt: number; at: number }, signer: Signer): Promise<SignedMessage>;
  /** The end of the ledger's audit trail, in the signer's own journal; `at` is the message's time. */
  signHead(head: PublishedHead, signer: Signer): Promise<SignedMessage>;
  /** Sends exactly these bytes, after the status was read on every host; never repeats what a host already knows. `reach`: hosts that must hear of it. */
  publish(message: SignedMessage, options: { timeoutMs: number; signal?: AbortSignal; reach?: readonly string[] }): Promise<Publication>;
  /** Tells the node to start the VM. At most once per VM, by the caller's record. */
  startOnNode(node: NodeRef, id: string, timeoutMs: number): Promise<StartAnswer>;
  /** Tells the node to read the owner's forwards again. `waiting`: the VM does not run yet, and the node reads them when it does. */
  rereadForwards(node: NodeRef, id: string, timeoutMs: number): Promise<'done' | 'waiting' | 'absent' | 'failed' | 'unreachable'>;
  /** Signed, because only owners may read it; changes nothing. */
  consoleLog(node: NodeRef, id: string, signer: Signer, timeoutMs: number): Promise<ConsoleLog>;
  eraseOnNode(node: NodeRef, id: string, signer: Signer, timeoutMs: number): Promise<'erased' | 'absent' | 'refused' | 'unreachable'>;
  operateOnNode(node: NodeRef, id: string, operation: NodeOperation, signer: Signer, timeoutMs: number): Promise<OperationAnswer>;
}
