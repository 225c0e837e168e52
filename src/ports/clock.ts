/** Time, and waiting for it. On a devnet this is the devnet's own clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * How many ms of this clock pass in a ms of the wall clock; absent where it is one, and on a devnet whose clock jumps: there no time of
   * the wall passes in a wait.
   */
  pace?(): number;
  /**
   * Resolves after `ms` of this clock, rejects with the signal's reason when aborted. A devnet whose clock waits for those who live by it
   * makes no time pass for somebody that looks on, again and again without end; it is told the time when others have come that far.
   */
  wait(ms: number, signal?: AbortSignal, as?: 'looking on'): Promise<void>;
}
