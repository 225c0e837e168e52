/** A node as the scheduler sees it (protocol-crn.md 4.3), and its IPv6 for the v0 answers. */
export interface NodeRow {
  node_hash: string;
  name: string;
  owner: string;
  address: string;
  status: 'Healthy' | 'Unreachable';
  staked: boolean;
  vcpus_total: number;
  vcpus_available: number;
  memory_total_mb: number;
  memory_available_mb: number;
  disk_total_mb: number;
  disk_available_mb: number;
  supports_ipv6: boolean;
  confidential_computing_enabled: boolean;
  cpu_architecture: string;
  cpu_vendor: string;
  cpu_features: string[];
  gpus: { used: string[]; available: string[] };
  payment_receiver: string;
  vm_count: number;
  discovered_at: string;
  updated_at: string;
  ipv6: string;
}
