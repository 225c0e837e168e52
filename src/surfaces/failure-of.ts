import { anyFailure } from '../domain/failure/any-failure.ts';
import { Failure } from '../domain/failure/failure.ts';

/** Anything thrown, as a `Failure`. An error that is none of our failures is a bug, unless the call was being interrupted. */
export const failureOf = (thrown: unknown, signal: AbortSignal): Failure =>
  !(thrown instanceof Failure) && signal.aborted && signal.reason instanceof Failure ? signal.reason : anyFailure(thrown);
