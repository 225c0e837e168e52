import type { NodeRef, SshEndpoint } from '../../domain/ledger/vm-record.ts';
import type { Signer } from '../keys/keys.ts';
import type { ConsoleLog } from './console-log.ts';
import type { OpenPorts } from './open-ports.ts';

/** A card of a node, as the list has it; the ids are what an INSTANCE asks for. */
export interface NodeGpu {
  vendor: string;
  /** The operator's list says so; compare, never build anything of it. */
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
  /** Cards that nobody holds. */
  gpus: readonly NodeGpu[];
  confidential: boolean;
  owner: string;
  /** The list's word, not the node's; null is unknown. */
  cores: number | null;
  memoryTotalMib: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
}

export interface NodeList {
  nodes: CloudNode[];
  /** When the list was made, ms. */
  at: number;
  /** The list's source is down and this is an older copy. */
  stale: boolean;
  /** `registry`: no copy either; the CCNs' registry, which knows names, addresses and scores only. */
  source: 'list' | 'registry';
}

/** A node's own answers, right before spending. */
export interface NodeProbe {
  hash: string;
  reachable: boolean;
  roundTripMs: number | null;
  /** `/status/config` names the same hash. */
  identityConfirmed: boolean;
  /** It names another hash: the list or the node lies. */
  namesOther: boolean;
  /** It runs instances; null where it does not say. */
  qemu: boolean | null;
  version: string | null;
  cores: number | null;
  memoryTotalMib: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
  /** vCPUs that nobody was promised, and IPv6 for VMs, by the scheduler; null where it does not say. */
  vcpusFree: number | null;
  ipv6: boolean | null;
  /** Cards that nobody holds, and whether it encrypts memory, by its own word; null where it does not say. */
  gpus: readonly NodeGpu[] | null;
  confidential: boolean | null;
  /** A short fixed reason where the node will not do; null when it will. */
  problem: string | null;
}

/** The network's scheduler on a node: it alone counts what nodes have promised. */
export interface SchedulerWord {
  hash: string;
  /** It reaches the node. */
  healthy: boolean;
  ipv6: boolean | null;
  vcpusFree: number | null;
  memoryFreeMib: number | null;
  diskFreeMib: number | null;
}

/** What a node says of itself beyond a probe; null where it does not answer. */
export interface NodeInspection {
  /** Its IPv6, and that of a VM in it. */
  ipv6: { host: boolean; vm: boolean } | null;
  /** Does it reach the world by each protocol? */
  host: { ipv4: boolean; ipv6: boolean } | null;
  /** VMs that its public list shows as running or coming up. */
  running: number | null;
}

/** What one node says of one VM. */
export interface NodeView {
  state: 'absent' | 'preparing' | 'running' | 'stopped' | 'unreachable';
  endpoint: SshEndpoint | null;
  /** The guest's own port 22 on its public IPv6 address, which needs no mapping. */
  endpoint6: SshEndpoint | null;
  ipv6: string | null;
}

export interface Placement {
  /** The scheduler's status word; null when it does not know the VM or did not answer. */
  status: string | null;
  node: string | null;
  answered: boolean;
}

export type StartAnswer = 'started' | 'credits' | 'full' | 'notYet' | 'elsewhere' | 'governed' | 'unreachable' | 'failed';

/** A signed call on a VM by its owner. `start` is there on the newest nodes only. */
export type NodeOperation = 'stop' | 'start' | 'reboot' | 'reinstall';

/**
 * `already`: nothing to do. `notRunning`: a reboot that did nothing. `absent`: the node holds no such VM. `unsupported`: it knows
 * no such call. `failed`: it tried. `unreachable`: it may have been done all the same.
 */
export type OperationAnswer = 'done' | 'already' | 'notRunning' | 'absent' | 'unsupported' | 'refused' | 'failed' | 'unreachable';

/** The nodes (CRNs), and what they and the scheduler say of a VM. */
export interface NodesReader {
  list(options?: { maxAgeMs?: number }): Promise<NodeList>;
  /** The node's address and hash as two hosts' corechannel have it; null when they disagree or it is not there. */
  confirmNode(hash: string): Promise<NodeRef | null>;
  probe(nodes: readonly NodeRef[], timeoutMs: number): Promise<NodeProbe[]>;
  inspectNode(node: NodeRef, timeoutMs: number): Promise<NodeInspection>;
  /** The scheduler on every node it knows; null when it does not answer. */
  schedulerNodes(): Promise<SchedulerWord[] | null>;
  /** The least node version that the network accepts; null where it does not say. */
  minimumNodeVersion(): Promise<string | null>;
  nodeView(node: NodeRef, id: string): Promise<NodeView>;
  placement(id: string): Promise<Placement>;
  openPorts(node: NodeRef, id: string): Promise<OpenPorts>;
  /** Public SSH endpoints of other people's VMs on these nodes, one a node at most: to tell a dead VM from a blocked port. */
  sshSamples(nodes: readonly NodeRef[]): Promise<SshEndpoint[]>;
}

/** Calls that a node acts on. Nothing here decides anything: what may be asked was decided and recorded before. */
export interface Nodes extends NodesReader {
  /** Tells the node to start the VM. At most once per VM, by the caller's record. */
  startOnNode(node: NodeRef, id: string, timeoutMs: number): Promise<StartAnswer>;
  /** Tells the node to read the owner's forwards again. `waiting`: the VM does not run yet, and the node reads them when it does. */
  rereadForwards(node: NodeRef, id: string, timeoutMs: number): Promise<'done' | 'waiting' | 'absent' | 'failed' | 'unreachable'>;
  /** Signed, because only owners may read it; changes nothing. */
  consoleLog(node: NodeRef, id: string, signer: Signer, timeoutMs: number): Promise<ConsoleLog>;
  eraseOnNode(node: NodeRef, id: string, signer: Signer, timeoutMs: number): Promise<'erased' | 'absent' | 'refused' | 'unreachable'>;
  operateOnNode(node: NodeRef, id: string, operation: NodeOperation, signer: Signer, timeoutMs: number): Promise<OperationAnswer>;
}
