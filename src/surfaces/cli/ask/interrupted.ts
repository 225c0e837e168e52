import { Failure } from '../../../domain/failure/failure.ts';
import { failureOf } from '../../failure-of.ts';
import type { ProgressLines } from '../print/progress-lines.ts';

/** An interruption with what is needed to go on: the operation's id, and the command that waits for its VM. */
export const interrupted = (thrown: unknown, signal: AbortSignal, progress: ProgressLines): unknown => {
  const failure = failureOf(thrown, signal);
  if (failure.code !== 'INTERRUPTED' || progress.operation === null) return thrown;
  const { details } = failure;
  return new Failure('INTERRUPTED', failure.message, {
    sideEffects: 'unknown',
    ...details,
    facts: { operation: progress.operation, ...(progress.vm === null ? {} : { vm: progress.vm }), ...details.facts },
    fix: details.fix ?? {
      actor: 'agent',
      command: progress.vm === null ? 'aleph-agent gc --execute' : `aleph-agent vm wait ${progress.vm}`,
      text: 'Go on with this operation; never start it anew.',
    },
  });
};
