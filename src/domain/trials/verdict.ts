/** What came of an attack: the claim held, it fell, or the attack could not be tried here. */
export type Verdict =
  | { outcome: 'held'; evidence: string }
  | { outcome: 'fell'; evidence: string; broken: readonly string[] }
  | { outcome: 'not-tried'; why: string; command: string | null };

/**
 * The claim fell where anything contradicts it. `missed`: what must succeed, and did not; where it did not, what failed beside it was
 * perhaps no refusal, and shows nothing.
 */
export const verdictOf = (broken: readonly string[], evidence: string, missed: readonly string[] = []): Verdict => {
  if (broken.length > 0) return { outcome: 'fell', evidence, broken };
  if (missed.length > 0) return { outcome: 'not-tried', why: `${missed.join('; ')}. Seen: ${evidence}`, command: null };
  return { outcome: 'held', evidence };
};
