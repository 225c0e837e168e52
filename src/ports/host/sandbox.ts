/** A temporary home with its own devnet, in which the demo runs aleph-agent itself. Closing it leaves nothing behind. */
export interface Sandbox {
  /** Runs one command line as a person would and resolves with its output. */
  run(args: readonly string[], options?: { stdin?: string }): Promise<{ exit: number; output: string }>;
  /** Hashes of the VMs that the network's own client finds on the devnet, independently of aleph-agent; null where it gets no answer. */
  seenFromOutside(): Promise<string[] | null>;
  /** The sandbox's `ALEPH_AGENT_HOME`. */
  readonly home: string;
  close(): Promise<void>;
}

export interface Sandboxes {
  /** Makes a new temporary home and starts a devnet in it. Its clock jumps while calls wait, so that no machine is too slow. */
  open(order: { nodes: number; seed: number }): Promise<Sandbox>;
}
