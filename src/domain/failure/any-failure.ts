import { Failure } from './failure.ts';

/** Anything thrown, as a failure: what is none of ours is a bug, and nobody knows what it left behind. */
export const anyFailure = (thrown: unknown): Failure =>
  thrown instanceof Failure
    ? thrown
    : new Failure('INTERNAL', `Something went wrong that should not: ${String(thrown)}`, { cause: thrown, sideEffects: 'unknown' });
