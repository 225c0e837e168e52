/** What this machine is like, as far as it matters for keys, ledger and SSH. */
export interface MachineReport {
  /** `24.1.0`. */
  nodeVersion: string;
  /** This version runs on it. */
  nodeSupported: boolean;
  /** Where the system's ssh is; null where there is none: then `vm ssh` does not work, and `vm exec` takes a library. */
  ssh: string | null;
  /** Files and folders of ours that other users of this machine may read or enter, with their mode in octal. */
  lax: { path: string; mode: string; folder: boolean }[];
}
