/** The two kinds of node software on the network (protocol-crn.md 0.2). */
export type Generation = 'G1' | 'G2';

export interface NodeGpu {
  vendor: string;
  model: string;
  device_name: string;
  device_class: '0300' | '0302';
  pci_host: string;
  device_id: string;
  compatible: boolean;
}

/** What a node is, fixed by the seed. What happens on it is in NodeState. */
export interface NodeSpec {
  /** `crn-<index>` is its name in faults and in-process addresses. */
  index: number;
  /** Item hash of its registration: what an INSTANCE pins. */
  hash: string;
  name: string;
  generation: Generation;
  version: string;
  owner: string;
  reward: string;
  score: number;
  performance: number;
  decentralization: number;
  /** Unix seconds. */
  registeredAt: number;
  linked: boolean;
  parent: string | null;
  terms: string;
  cores: number;
  memoryMib: number;
  diskMib: number;
  /** What other tenants hold, which no list shows. */
  committed: { vcpus: number; memoryMib: number; diskMib: number };
  /** Load average as a share of the cores. */
  load: number;
  ipv6: { host: boolean; vm: boolean };
  /** First four groups of its /64. */
  ipv6Prefix: string;
  qemu: boolean;
  confidential: boolean;
  gpus: NodeGpu[];
  /** Does not answer at all, whatever the list says. */
  dead: boolean;
  /** How the node list misrepresents or abbreviates it. */
  listing: {
    usage: 'fresh' | 'missing';
    ipv6: 'vm' | 'result' | 'missing';
    trailingSlash: boolean;
    lockedText: boolean;
    /** Seconds ago since when the list admits that it is gone; null when it does not. */
    inactiveForS: number | null;
  };
}
