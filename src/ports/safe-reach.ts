import type { SshEndpoint, VmState } from '../domain/ledger/vm-record.ts';

/** A VM as the safe that this home has joined knows it. */
export interface ReachAtSafe {
  /** The item hash. */
  id: string;
  name: string;
  /** The safe's account: this side's SSH key is kept by it. */
  account: string;
  state: VmState;
  endpoint: SshEndpoint | null;
  /** The SSH host keys that the safe has pinned. */
  hostKeys: readonly { type: string; key: string }[];
}

/** SSH is the agent's own: endpoint and host key come from the safe. */
export interface SafeReach {
  /** `VM_NOT_FOUND`, `AMBIGUOUS_ID`, `SAFE_UNREACHABLE`. */
  reach(reference: string): Promise<ReachAtSafe>;
}
