import { anyFailure } from '../domain/failure/any-failure.ts';
import { Failure } from '../domain/failure/failure.ts';

/** Anything thrown, as a `Failure`. What is none of ours is a bug, unless the call was being interrupted. */
export const failureOf = (thrown: unknown, signal: AbortSignal): Failure =>
  !(thrown instanceof Failure) && signal.aborted && signal.reason instanceof Failure ? signal.reason : anyFailure(thrown);
