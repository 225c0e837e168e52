import { Failure } from '../../domain/failure/failure.ts';
import { failed } from '../envelope.ts';
import { failureOf } from '../failure-of.ts';
import { withoutKeys } from '../hide-keys.ts';
import { usualFix } from '../usual-fix.ts';
import type { CallState } from './call-state.ts';
import { correctedLine } from './parse/corrected-line.ts';
import { scopedCommand } from './parse/scoped-command.ts';
import type { Host } from './print/host.ts';
import { loadStyle } from './print/load-style.ts';
import { printDocument, printFailure, printWarnings } from './print/print.ts';

/** Makes a call; where it fails, prints the failure in the call's manner. Resolves with the exit code, never rejects. */
export const answerCall = async (host: Host, state: CallState, call: () => Promise<number>): Promise<number> => {
  try {
    return await call();
  } catch (thrown) {
    return await answerFailure(host, state, failureOf(thrown, host.signal));
  }
};

const answerFailure = async (host: Host, state: CallState, told: Failure): Promise<number> => {
  const failure = withoutKeys(told);
  const exit = failure.code === 'INTERRUPTED' ? (host.interruptedExit() ?? failure.exit) : failure.exit;
  const operation = failure.details.facts?.['operation'];
  const meta = typeof operation === 'string' ? { operation, ...state.meta } : state.meta;
  const document = failed(scopedFailure(failure, state), { command: state.command, exit, warnings: state.warnings, meta });
  if (state.mode !== 'text' && !state.answered) {
    printDocument(host, state.mode, document, state.brief);
  } else {
    const style = await loadStyle(host, state.color, { stream: 'errors' });
    printWarnings(host, style, state.warnings);
    // a person is shown the call that was meant; nothing runs it
    const meant = correctedLine(host.argv, failure.details.facts?.['corrected']);
    printFailure(host, style, failure, meant === null ? document.error : { ...document.error, fix: { text: 'Try:', command: meant } });
  }
  if (state.debug && failure.code === 'INTERNAL') host.writeError(`${stackOf(failure)}\n`);
  return exit;
};

/** The failure, its fix's command completed with this call's network and account. */
const scopedFailure = (failure: Failure, { scope, command }: CallState): Failure => {
  const fix = failure.details.fix ?? usualFix(failure, command);
  if (fix.command === null) return failure;
  const { facts } = failure.details;
  const instead = typeof facts?.['instead'] === 'string' ? { facts: { ...facts, instead: scopedCommand(facts['instead'], scope) } } : {};
  const mended = new Failure(failure.code, failure.message, {
    ...failure.details,
    ...instead,
    fix: { ...fix, command: scopedCommand(fix.command, scope) },
  });
  if (failure.stack !== undefined) mended.stack = failure.stack;
  return mended;
};

const stackOf = (failure: Failure): string => {
  const { cause } = failure.details;
  return (cause instanceof Error ? cause.stack : undefined) ?? failure.stack ?? '';
};
