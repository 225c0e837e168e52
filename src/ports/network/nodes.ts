import type { NodeRef, SshEndpoint } from '../../domain/ledger/vm-record.ts';
import type { Signer } from '../keys/keys.ts';
import type { ConsoleLog } from './console-log.ts';
import type { OpenPorts } from './open-ports.ts';

/** A card of a node, as the CRN list has it; an INSTANCE message asks for it by these ids. */
export interface NodeGpu {
  vendor: string;
  /** The operator's own name for the card: only for comparing, never for building anything. */
  untrustedModel: string;
  untrustedDevice: string;
  deviceClass: string;
  deviceId: string;
}

export interface CloudNode extends NodeRef {
  score: number;
  version: string | null;
  linked: boolean;
  active: boolean;
  ipv6: boolean;
  qemu: boolean;
  terms: string | null;
  gpu: boolean;
  /** The node's free cards. */
  gpus: readonly NodeGpu[];
  confidential: boolean;
  owner: string;
  /** Figures from the CRN list, not from the node; null: unknown. */
  cores: number | null;
  memoryTotalMib: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
}

export interface NodeList {
  nodes: CloudNode[];
  /** When the list was made, ms. */
  at: number;
  /** The CRN list could not be read, and this is an older copy of it. */
  stale: boolean;
  /** `registry`: not even a copy of the list is left, and this is the CCNs' registry, which has names, addresses and scores only. */
  source: 'list' | 'registry';
}

/** A node's own answers, asked right before credits are spent. */
export interface NodeProbe {
  hash: string;
  reachable: boolean;
  roundTripMs: number | null;
  /** The node's `/status/config` names the hash that the list has for it. */
  identityConfirmed: boolean;
  /** The node names another hash: either the list or the node lies. */
  namesOther: boolean;
  /** The node can run instances; null where it does not say. */
  qemu: boolean | null;
  version: string | null;
  cores: number | null;
  memoryTotalMib: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
  /** vCPUs that are promised to no VM, and IPv6 for VMs, as the scheduler says; null where it does not. */
  vcpusFree: number | null;
  ipv6: boolean | null;
  /** Free cards, and whether the node encrypts memory, as the node says; null where it does not. */
  gpus: readonly NodeGpu[] | null;
  confidential: boolean | null;
  /** A short fixed reason why the node cannot take the VM; null when it can. */
  problem: string | null;
}

/** What the scheduler says of a node. Only the scheduler counts the capacity that nodes have promised. */
export interface SchedulerWord {
  hash: string;
  /** The scheduler reaches the node. */
  healthy: boolean;
  ipv6: boolean | null;
  vcpusFree: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
}

/** What a node says of itself beyond a probe; members are null where it does not answer. */
export interface NodeInspection {
  /** IPv6 works on the node, and in a VM on it. */
  ipv6: { host: boolean; vm: boolean } | null;
  /** The node reaches the internet by each protocol. */
  host: { ipv4: boolean; ipv6: boolean } | null;
  /** How many VMs the node's public list shows as running or coming up. */
  running: number | null;
}

/** What one node says of one VM. */
export interface NodeView {
  state: 'absent' | 'preparing' | 'running' | 'stopped' | 'unreachable';
  endpoint: SshEndpoint | null;
  /** Port 22 of the guest's own public IPv6 address, which needs no forward. */
  endpoint6: SshEndpoint | null;
  ipv6: string | null;
}

export interface Placement {
  /** The scheduler's status word; null where it does not know the VM or did not answer. */
  status: string | null;
  node: string | null;
  answered: boolean;
}

export type StartAnswer = 'started' | 'credits' | 'full' | 'notYet' | 'elsewhere' | 'governed' | 'unreachable' | 'failed';

/** A call on a VM that its owner signs. Only the newest nodes know `start`. */
export type NodeOperation = 'stop' | 'start' | 'reboot' | 'reinstall';

/**
 * `already`: nothing to do. `notRunning`: the node did nothing, because the VM to reboot does not run. `absent`: the node has no such VM.
 * `unsupported`: the node knows no such call. `failed`: the node tried. `unreachable`: the node may have done it all the same.
 */
export type OperationAnswer = 'done' | 'already' | 'notRunning' | 'absent' | 'unsupported' | 'refused' | 'failed' | 'unreachable';

/** The nodes (CRNs), and what nodes and scheduler say of a VM. */
export interface NodesReader {
  list(options?: { maxAgeMs?: number }): Promise<NodeList>;
  /** A node's address and hash as two hosts' corechannel aggregate has them; null where they disagree or the node is missing. */
  confirmNode(hash: string): Promise<NodeRef | null>;
  /** Asks nodes about themselves. `words`: what the scheduler has just said of them, by hash; null where it said nothing; absent: it is asked. */
  probe(nodes: readonly NodeRef[], timeoutMs: number, words?: ReadonlyMap<string, SchedulerWord> | null): Promise<NodeProbe[]>;
  /** A node's version by its own word; null where it does not tell. */
  versionOf(node: NodeRef, timeoutMs: number): Promise<string | null>;
  inspectNode(node: NodeRef, timeoutMs: number): Promise<NodeInspection>;
  /** What the scheduler says of every node that it knows; null when it does not answer. */
  schedulerNodes(): Promise<SchedulerWord[] | null>;
  /** The oldest node version that the network accepts; null where it does not say. */
  minimumNodeVersion(): Promise<string | null>;
  nodeView(node: NodeRef, id: string): Promise<NodeView>;
  placement(id: string): Promise<Placement>;
  openPorts(node: NodeRef, id: string): Promise<OpenPorts>;
  /** Public SSH endpoints of other people's VMs, at most one on each of these nodes. They tell a dead VM from a network that blocks SSH. */
  sshSamples(nodes: readonly NodeRef[]): Promise<SshEndpoint[]>;
}

/** Calls that make a node act. Nothing here decides anything: callers decided and recorded beforehand what is asked. */
export interface Nodes extends NodesReader {
  /** Tells the node to start the VM. The caller's record makes sure that this happens at most once for each VM. */
  startOnNode(node: NodeRef, id: string, timeoutMs: number, signal?: AbortSignal): Promise<StartAnswer>;
  /** Tells the node to read the owner's forwards again. `waiting`: the VM does not run yet, and the node will read them when it does. */
  rereadForwards(node: NodeRef, id: string, timeoutMs: number): Promise<'done' | 'waiting' | 'absent' | 'failed' | 'unreachable'>;
  /** Reads the VM's console log. The call is signed, because only the owner may read it, but changes nothing. */
  consoleLog(node: NodeRef, id: string, signer: Signer, timeoutMs: number): Promise<ConsoleLog>;
  eraseOnNode(node: NodeRef, id: string, signer: Signer, timeoutMs: number): Promise<'erased' | 'absent' | 'refused' | 'unreachable'>;
  operateOnNode(node: NodeRef, id: string, operation: NodeOperation, signer: Signer, timeoutMs: number): Promise<OperationAnswer>;
}
