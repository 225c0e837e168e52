import type { AnsweredDocument } from '../../contract/declare/door.ts';

/** By the exit code of the failure (conventions.md §2). */
const byExit: Readonly<Record<number, number>> = { 2: 400, 3: 404, 4: 403, 5: 402, 6: 503, 7: 409, 8: 202, 9: 403, 10: 403, 11: 202 };

const pauses: readonly string[] = ['RATE_LIMITED', 'COOL_DOWN', 'BREAKER_OPEN', 'SAFE_BUSY'];

/** The HTTP status of an answer; the document says it all anyway. 202: what became of it is not known, or is under way. */
export const statusOf = (document: AnsweredDocument): number => {
  if (document.ok) return 200;
  const { code, exit, sideEffects } = document.error;
  if (code === 'INTERNAL') return 500;
  if (sideEffects === 'unknown') return 202;
  return pauses.includes(String(code)) ? 429 : (byExit[Number(exit)] ?? 500);
};
