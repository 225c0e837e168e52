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
  /** Another machine answers in its place, with another host key. Asked likewise. */
  impostor?(): boolean;
  /** It has turned itself off. */
  poweredOff?(): void;
}

/** Where guests live: host ports, SSH servers and private folders. */
export interface GuestHost {
  /** A host port for a mapping without a server behind it, ascending from 24000. */
  takePort(): number;
  /** Keeps a port that a saved mapping holds. */
  reservePort(port: number): void;
  /** Closes what listens there for a forward. */
  freePort(port: number): void;
  /** `ssh-ed25519 AAAA…`: the public half of the host key of this installation. */
  hostKey(guest: Pick<Guest, 'disk' | 'installation'>): string;
  /**
   * Opens a host port for a TCP port of the guest, at `wanted` where the machine lets it, and says which it became. Guests that run
   * commands share this machine's loopback, so what listens there at that port is what answers. An open one stays as it is.
   */
  forward(guest: Pick<Guest, 'hash' | 'answers'>, guestPort: number, wanted: number | null): Promise<number>;
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
