import type { Failure } from './failure.ts';
import { knownFailure } from './known-failure.ts';

/** A failure of ours after which the caller goes on with other work. Bugs are thrown on, and so is an interruption, which ends all work. */
export const passableFailure = (thrown: unknown): Failure => {
  const failure = knownFailure(thrown);
  if (failure.code === 'INTERRUPTED') throw failure;
  return failure;
};
