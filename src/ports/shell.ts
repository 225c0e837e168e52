import type { SshEndpoint } from '../domain/vm-record.ts';

export interface ExecResult {
  exitCode: number;
  /** At most `maxBytes` each, the tail kept. */
  stdout: string;
  stderr: string;
  truncated: boolean;
}

/** SSH, from this machine. */
export interface Shell {
  /** Reads the banner. `ssh`: an `SSH-` banner came. `silent`: connected, no banner. `refused`, `unreachable`: no connection. */
  probe(endpoint: SshEndpoint, timeoutMs: number): Promise<'ssh' | 'silent' | 'refused' | 'unreachable'>;
  /** The public key of our own pair for this account, made on first use, without comment. */
  publicKey(account: string): Promise<string>;
  /**
   * Runs one command. With `stream`, output goes to the process's own stdout and stderr instead and the strings are empty.
   * `EXEC_FAILED` when ssh itself fails, when the host key changed, or at the timeout. Host keys are pinned per VM.
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
    signal?: AbortSignal;
  }): Promise<ExecResult>;
}
