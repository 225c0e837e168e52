import type { SshEndpoint } from '../domain/ledger/vm-record.ts';

export interface ExecResult {
  exitCode: number;
  /** At most `maxBytes` each, the tail kept. */
  stdout: string;
  stderr: string;
  truncated: boolean;
}

/** What a pinned host key is worth. `console`: the node's console log shows it too; `firstUse`: it was there at first contact. */
export type HostKeyTrust = 'console' | 'firstUse';

/** Host keys as a console log shows them: `ssh-ed25519 AAAA…`, and `SHA256:…` with the key's type in OpenSSH's words. */
export interface ShownHostKeys {
  keys: readonly { type: string; key: string }[];
  fingerprints: readonly { type: string; sha256: string }[];
}

/** SSH, from this machine. */
export interface Shell {
  /** Reads the banner. `ssh`: an `SSH-` banner came. `silent`: connected, no banner. `refused`, `unreachable`: no connection. */
  probe(endpoint: SshEndpoint, timeoutMs: number): Promise<'ssh' | 'silent' | 'refused' | 'unreachable'>;
  /** The public key of our own pair for this account, made on first use, without comment. */
  publicKey(account: string): Promise<string>;
  /**
   * Runs one command. With `stream`, output goes to the process's own stdout and stderr instead and the strings are empty.
   * `EXEC_FAILED` when ssh itself fails or at the timeout, `HOST_KEY_CHANGED` before anything is sent to another machine. Host keys
   * are pinned per VM.
   */
  exec(request: {
    vm: string;
    account: string;
    endpoint: SshEndpoint;
    command: readonly string[];
    timeoutMs: number;
    maxBytes: number;
    stream: boolean;
    /** Forward our stdin (`exec -i`). */
    input: boolean;
    /** What the command gets as its stdin, instead of ours or none. A failure of it ends the call. */
    feed?: AsyncIterable<Uint8Array>;
    /** Takes stdout as it comes, to its end; `stdout` of the result is then empty. A failure of it ends the call. */
    take?: (output: AsyncIterable<Uint8Array>) => Promise<void>;
    signal?: AbortSignal;
  }): Promise<ExecResult>;
  /**
   * Hands this process's terminal to the system's ssh, with further arguments of its own (`-L …`, a command); the remote exit
   * code. Failures as `exec`.
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
  /**
   * Compares what is pinned with what the console log shows, and pins that where nothing is. Gives what the pin is worth then.
   * `HOST_KEY_CHANGED` when the log shows another key of the same type.
   */
  confirmHostKeys(vm: string, shown: ShownHostKeys): Promise<HostKeyTrust | null>;
  /**
   * Whose host key answers there, by key exchange alone: nothing of ours is sent. `another`: not a key pinned for this VM. `unknown`: none
   * is pinned, or none came.
   */
  meet(vm: string, endpoint: SshEndpoint, timeoutMs: number): Promise<'pinned' | 'another' | 'unknown'>;
  /** Unpins: a VM that we had reinstalled makes new host keys. */
  forgetHostKeys(vm: string): Promise<void>;
}
