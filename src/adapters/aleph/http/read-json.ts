import type * as z from 'zod';
import type { Answer } from './http.ts';

/** What can be made of an answer that should be JSON of a shape. The remote text itself is never passed on. */
export type Reading<Value> =
  | { kind: 'value'; value: Value; headers: Headers }
  | { kind: 'status'; status: number; retryAfterMs: number | null }
  | { kind: 'silent'; why: 'timeout' | 'unreachable' }
  | { kind: 'invalid' };

/** Lenient about unknown keys, strict about the ones that the shape names. */
export const readJson = <Shape extends z.ZodType>(answer: Answer, shape: Shape): Reading<z.output<Shape>> => {
  if (!answer.answered) {
    return answer.why === 'tooLarge' ? { kind: 'invalid' } : { kind: 'silent', why: answer.why === 'timeout' ? 'timeout' : 'unreachable' };
  }
  if (answer.status !== 200) return { kind: 'status', status: answer.status, retryAfterMs: retryAfterMs(answer.headers) };
  const value = parsed(answer.text, shape);
  return value === null ? { kind: 'invalid' } : { kind: 'value', value: value.value, headers: answer.headers };
};

export const parsed = <Shape extends z.ZodType>(text: string, shape: Shape): { value: z.output<Shape> } | null => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const result = shape.safeParse(json);
  return result.success ? { value: result.data } : null;
};

/** Seconds only; a date would need a clock that we do not trust. */
const retryAfterMs = (headers: Headers): number | null => {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
};
