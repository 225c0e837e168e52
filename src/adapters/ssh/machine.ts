import type { Readable, Writable } from 'node:stream';

/** What the shell needs of the process it runs in; `process` itself fits. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  kill(pid: number, signal: string): unknown;
}
