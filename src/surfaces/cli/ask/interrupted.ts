import { Failure } from '../../../domain/failure/failure.ts';
import { agent } from '../../../domain/suggest/fix.ts';
import { failureOf } from '../../failure-of.ts';
import type { ProgressLines } from '../print/progress-lines.ts';

const goOn = 'Go on with this operation; never start it anew.';

/** Adds to an interruption what the caller needs to go on: the operation's id, and the command that waits for its VM. */
export const interrupted = (thrown: unknown, signal: AbortSignal, progress: ProgressLines): unknown => {
  const failure = failureOf(thrown, signal);
  if (failure.code !== 'INTERRUPTED' || (progress.operation === null && progress.vm === null)) return thrown;
  const { details } = failure;
  return new Failure('INTERRUPTED', failure.message, {
    sideEffects: 'unknown',
    ...details,
    facts: {
      ...(progress.operation === null ? {} : { operation: progress.operation }),
      ...(progress.vm === null ? {} : { vm: progress.vm }),
      ...details.facts,
    },
    fix: details.fix ?? (progress.vm === null ? agent(goOn, 'gc', { execute: true }) : agent(goOn, 'vm wait', progress.vm)),
  });
};
