/** How a guest answers at its SSH port right now. */
export type GuestAnswer = 'ssh' | 'silent' | 'refused';

/** A VM as the machine sees it that plays its guest. */
export interface Guest {
  /** The VM's item hash. */
  hash: string;
  /** Names its disk: the same name gives the same files. */
  disk: string;
  /** Tells one installation on that disk from the next, which has another host key. */
  installation: number;
  authorizedKeys: readonly string[];
  /** Asked at every connection, so that it follows the devnet's clock and faults. */
  answers(): GuestAnswer;
}

/** Where guests live: host ports, SSH servers and private folders. */
export interface GuestHost {
  /** A host port for a mapping without a server behind it, ascending from 24000. */
  takePort(): number;
  /** Keeps a port that a saved mapping holds. */
  reservePort(port: number): void;
  freePort(port: number): void;
  /** Opens the guest's SSH port, at its own port `wanted` where the machine lets it, and says which it became. An open one stays as it is. */
  open(guest: Guest, wanted: number | null): Promise<number>;
  /** Ends its connections and commands; the port stays open and answers as `answers` says. */
  restart(hash: string): void;
  /** Ends everything that runs for this VM and closes its port, which stays its own. Files stay. */
  close(hash: string): void;
  /** Deletes files of a disk: the root file system, the volumes, or both. */
  purge(disk: string, what: 'rootfs' | 'volumes' | 'all'): void;
  stop(): Promise<void>;
}
