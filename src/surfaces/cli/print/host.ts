/** What the CLI needs of the process. Filled by main, or by a test. */
export interface Host {
  /** Without node and script. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly terminals: { input: boolean; output: boolean; errors: boolean };
  /** Columns of the terminal; 0 off one. */
  readonly width: number;
  /** Its lines; 0 off one. */
  readonly height: number;
  /** Text as the terminals' locale can show it; off a terminal as it is. */
  legible(text: string): string;
  write(text: string): void;
  writeError(text: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Repeats until the returned function is called. */
  every(ms: number, task: () => void): () => void;
  /** Resolves after so many ms, or as soon as the call is interrupted. */
  pause(ms: number): Promise<void>;
  /** Aborted, with a `Failure` as its reason, by the first signal. */
  readonly signal: AbortSignal;
  /** 130 or 143 once interrupted. */
  interruptedExit(): number | null;
  /** Rejects with the signal's reason when a call has not stopped a few seconds after it was aborted. */
  overdue(): Promise<never>;
  /** Random hex, for marks that nobody can guess. */
  mark(): string;
}
