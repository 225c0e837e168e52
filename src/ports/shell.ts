import type { SshEndpoint } from '../domain/ledger/vm-record.ts';

export interface ExecResult {
  exitCode: number;
  /** Each output's last `maxBytes` at most. */
  stdout: string;
  stderr: string;
  truncated: boolean;
}

/** How a pinned host key was checked. `console`: the VM's console log shows it, too. `firstUse`: the VM showed it at first contact. */
export type HostKeyTrust = 'console' | 'firstUse';

/** The host keys that a console log shows: `ssh-ed25519 AAAA…`, and `SHA256:…` with the key's type in OpenSSH's words. */
export interface ShownHostKeys {
  keys: readonly { type: string; key: string }[];
  fingerprints: readonly { type: string; sha256: string }[];
}

/** SSH from this machine. */
export interface Shell {
  /** Reads the SSH banner. `ssh`: an `SSH-` banner came. `silent`: connected, no banner. `refused`, `unreachable`: no connection. */
  probe(endpoint: SshEndpoint, timeoutMs: number): Promise<'ssh' | 'silent' | 'refused' | 'unreachable'>;
  /** The public key of our own key pair for this account, without comment; the pair is made on first use. */
  publicKey(account: string): Promise<string>;
  /**
   * Runs one command in a VM. With `stream`, output goes to this process's own stdout and stderr and the result's strings are empty. Throws
   * `EXEC_FAILED` where ssh itself fails or times out, and `HOST_KEY_CHANGED`, before anything is sent, where the host key is not the one
   * pinned for the VM.
   */
  exec(request: {
    vm: string;
    account: string;
    endpoint: SshEndpoint;
    command: readonly string[];
    timeoutMs: number;
    maxBytes: number;
    stream: boolean;
    /** Passes our stdin on to the command (`exec -i`). */
    input: boolean;
    /** The command's stdin, instead of ours or none. An error from it ends the call. */
    feed?: AsyncIterable<Uint8Array>;
    /** Takes stdout as it comes; the result's `stdout` is then empty. An error from it ends the call. */
    take?: (output: AsyncIterable<Uint8Array>) => Promise<void>;
    signal?: AbortSignal;
  }): Promise<ExecResult>;
  /**
   * Hands this process's terminal to the system's ssh, with further arguments of its own (`-L …`, a command); resolves with the remote exit
   * code. Throws as `exec` does.
   */
  interact(request: {
    vm: string;
    account: string;
    endpoint: SshEndpoint;
    further: readonly string[];
    signal?: AbortSignal;
  }): Promise<number>;
  /** null: no host key is pinned for this VM yet. */
  hostKeyTrust(vm: string): Promise<HostKeyTrust | null>;
  /** The host keys that are pinned for this VM. */
  pinnedKeys(vm: string): Promise<ShownHostKeys['keys']>;
  /**
   * Compares the pinned host keys with those that the console log shows, and pins the latter where none is pinned. Resolves with the
   * resulting trust. Throws `HOST_KEY_CHANGED` where the log shows another key of the same type.
   */
  confirmHostKeys(vm: string, shown: ShownHostKeys): Promise<HostKeyTrust | null>;
  /**
   * Learns by key exchange alone whose host key answers at an endpoint; nothing of ours is sent. `another`: the key is not pinned for this
   * VM. `unknown`: none is pinned, or no key came.
   */
  meet(vm: string, endpoint: SshEndpoint, timeoutMs: number): Promise<'pinned' | 'another' | 'unknown'>;
  /** Unpins the VM's host keys, for a VM that we had reinstalled and that now makes new ones. */
  forgetHostKeys(vm: string): Promise<void>;
}
