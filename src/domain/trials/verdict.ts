/** What came of an attack: the claim held, it fell, or the attack could not be tried here. */
export type Verdict =
  | { outcome: 'held'; evidence: string }
  | { outcome: 'fell'; evidence: string; broken: readonly string[] }
  | { outcome: 'not-tried'; why: string; command: string | null };

/** The claim fell where anything contradicts it. */
export const verdictOf = (broken: readonly string[], evidence: string): Verdict =>
  broken.length === 0 ? { outcome: 'held', evidence } : { outcome: 'fell', evidence, broken };
