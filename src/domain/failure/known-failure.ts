import { Failure } from './failure.ts';

/** A failure of ours as a value. Any other error is a bug and is thrown on. */
export const knownFailure = (thrown: unknown): Failure => {
  if (thrown instanceof Failure) return thrown;
  throw thrown;
};
