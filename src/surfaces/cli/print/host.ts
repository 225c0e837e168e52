/** What the CLI needs of the process. Main fills it, or a test. */
export interface Host {
  /** The arguments without node and script. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** `live`: a line on stderr can be taken back again. */
  readonly terminals: { input: boolean; output: boolean; errors: boolean; live: boolean };
  /** Columns of the terminal; 0 where there is none. */
  readonly width: number;
  /** Lines of the terminal; 0 where there is none. */
  readonly height: number;
  /** Text as the terminal's locale can show it; unchanged where there is no terminal. */
  legible(text: string): string;
  write(text: string): void;
  writeError(text: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Repeats `task` until the returned function is called. */
  every(ms: number, task: () => void): () => void;
  /** Resolves after `ms`, or as soon as the call is interrupted. */
  pause(ms: number): Promise<void>;
  /** Calls `act` whenever one of these keys (`escape`, `ctrl+d`) is pressed at a question, until the returned function is called. */
  onKey(names: readonly string[], act: () => void): () => void;
  /** The first signal aborts it, with a `Failure` as its reason. */
  readonly signal: AbortSignal;
  /** 130 or 143 once the call was interrupted; null before. */
  interruptedExit(): number | null;
  /** Rejects with the signal's reason when the call still runs a few seconds after it was aborted. */
  overdue(): Promise<never>;
  /** Random hex digits, for marks that nobody can guess. */
  mark(): string;
}
