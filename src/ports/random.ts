export interface Random {
  bytes(count: number): Uint8Array;
  /** A random number in [0, 1). */
  fraction(): number;
}
