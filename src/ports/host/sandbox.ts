/** A home of its own with a devnet of its own, in which this very tool runs; for the demo. Nothing of it stays. */
export interface Sandbox {
  /** Runs one command line as a person would and gives what it printed. */
  run(args: readonly string[], options?: { stdin?: string }): Promise<{ exit: number; output: string }>;
  /** Hashes of the VMs that the network's own client, which knows nothing of this tool, finds there; null where it gets no answer. */
  seenFromOutside(): Promise<string[] | null>;
  /** The folder that `ALEPH_AGENT_HOME` is set to. */
  readonly home: string;
  close(): Promise<void>;
}

export interface Sandboxes {
  /** A fresh temporary home, and in it a devnet whose clock jumps while the sandbox's calls wait: no machine is too slow for it. */
  open(order: { nodes: number; seed: number }): Promise<Sandbox>;
}
