/** The facts about this machine that matter for keys, ledger and SSH. */
export interface MachineReport {
  /** As in `24.1.0`. */
  nodeVersion: string;
  /** This version of aleph-agent supports that Node version. */
  nodeSupported: boolean;
  /** Path of the system's ssh; null where there is none: then `vm ssh` does not work, and `vm exec` uses a library. */
  ssh: string | null;
  /** Our own files and folders that other users of this machine may read or enter, with their mode in octal. `ours`: this user's, and not behind a link. */
  lax: { path: string; mode: string; folder: boolean; ours: boolean }[];
}
