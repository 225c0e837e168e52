import { Failure } from '../../../domain/failure/failure.ts';
import { commandLine } from '../../../domain/suggest/command-line.ts';
import { agent } from '../../../domain/suggest/fix.ts';
import { failureOf } from '../../failure-of.ts';
import type { ProgressLines } from '../print/progress-lines.ts';

/** Commands that wait for a VM to come up: whoever stops waiting may rather want it ended. */
const makesVm: ReadonlySet<string> = new Set(['vm create', 'vm redeploy', 'vm wait']);

const goOn = 'Go on with this operation; never start it anew.';

/** Adds to an interruption both ways on: the operation's id, the command that waits for its VM, and the one that ends a VM under way. */
export const interrupted = (thrown: unknown, signal: AbortSignal, progress: ProgressLines, command: string): unknown => {
  const failure = failureOf(thrown, signal);
  if (failure.code !== 'INTERRUPTED' || (progress.operation === null && progress.vm === null)) return thrown;
  const { details } = failure;
  return new Failure('INTERRUPTED', failure.message, {
    sideEffects: 'unknown',
    ...details,
    facts: {
      ...(progress.operation === null ? {} : { operation: progress.operation }),
      ...(progress.vm === null ? {} : { vm: progress.vm }),
      ...(progress.vm !== null && makesVm.has(command) ? { instead: commandLine('vm destroy', progress.vm) } : {}),
      ...details.facts,
    },
    fix: details.fix ?? (progress.vm === null ? agent(goOn, 'gc', { execute: true }) : agent(goOn, 'vm wait', progress.vm)),
  });
};
