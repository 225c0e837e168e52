import { Failure } from './failure.ts';

/** Anything thrown, as a `Failure`. A throw that is none of our failures is a bug, and its side effects are unknown. */
export const anyFailure = (thrown: unknown): Failure =>
  thrown instanceof Failure
    ? thrown
    : new Failure('INTERNAL', `Something went wrong that should not: ${String(thrown)}`, { cause: thrown, sideEffects: 'unknown' });
