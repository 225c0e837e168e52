import { Failure } from '../domain/failure/failure.ts';

/** Anything thrown, as a `Failure`. What is none of ours is a bug, unless the call was being interrupted. */
export const failureOf = (thrown: unknown, signal: AbortSignal): Failure => {
  if (thrown instanceof Failure) return thrown;
  if (signal.aborted && signal.reason instanceof Failure) return signal.reason;
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new Failure('INTERNAL', `Something went wrong that should not: ${text}`, { cause: thrown, sideEffects: 'unknown' });
};
