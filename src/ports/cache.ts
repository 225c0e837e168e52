/** Network answers worth keeping between processes: node lists, probes, prices. Never money, keys or policy. */
export interface Cache {
  /** The value stored under `key` at most `maxAgeMs` ago, with its time; null otherwise. */
  read(key: string, maxAgeMs: number): { at: number; value: unknown } | null;
  write(key: string, value: unknown): void;
}
