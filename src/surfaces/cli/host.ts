/** What the CLI needs of the process. Filled by main, or by a test. */
export interface Host {
  /** Without node and script. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly terminals: { input: boolean; output: boolean; errors: boolean };
  /** Columns of the terminal; 0 off one. */
  readonly width: number;
  write(text: string): void;
  writeError(text: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Repeats until the returned function is called. */
  every(ms: number, task: () => void): () => void;
  /** Aborted, with a `Failure` as its reason, by the first signal. */
  readonly signal: AbortSignal;
  /** 130 or 143 once interrupted. */
  interruptedExit(): number | null;
  /** Rejects with the signal's reason when a call has not stopped a few seconds after it was aborted. */
  overdue(): Promise<never>;
  /** Random hex, for marks that nobody can guess. */
  mark(): string;
}
