import type { Failure } from './failure.ts';
import { knownFailure } from './known-failure.ts';

/** A failure after which other work goes on. An interruption ends that too: like a bug, it goes on being thrown. */
export const passableFailure = (thrown: unknown): Failure => {
  const failure = knownFailure(thrown);
  if (failure.code === 'INTERRUPTED') throw failure;
  return failure;
};
