import { Failure } from './failure.ts';

/** A failure of ours as a value. Anything else is a bug, and goes on being thrown. */
export const knownFailure = (thrown: unknown): Failure => {
  if (thrown instanceof Failure) return thrown;
  throw thrown;
};
