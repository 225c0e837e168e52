import { Failure } from '../../domain/failure/failure.ts';
import { failed, success } from '../envelope.ts';
import { failureOf } from '../failure-of.ts';
import { withoutKeys } from '../hide-keys.ts';
import { usualFix } from '../usual-fix.ts';
import type { CallState } from './call-state.ts';
import type { CliParts } from './cli-parts.ts';
import { type Parsed, parseLine } from './parse/parse-line.ts';
import { scopedCommand } from './parse/scoped-command.ts';
import type { Host } from './print/host.ts';
import { type OutputMode, outputMode } from './print/output-mode.ts';
import { plainStyle } from './print/plain-style.ts';
import { printDocument, printFailure, printWarnings } from './print/print.ts';
import type { Stored } from './stored.ts';

/** Runs one command line and answers on the host's streams. Resolves with the exit code, never rejects. */
export const runCli = async (host: Host, parts: CliParts): Promise<number> => {
  const state: CallState = {
    mode: host.argv.includes('--json') ? 'json' : 'text',
    command: null,
    brief: false,
    debug: false,
    answered: false,
    warnings: [],
    meta: { version: host.version },
    scope: {},
  };
  try {
    const askedMode = outputMode(host.argv, host.environment);
    state.mode = askedMode ?? 'text';
    const parsed = await parsedLine(host, parts, state, askedMode);
    if (parsed.kind === 'selection') {
      const { selection } = parsed;
      const [{ runSelection }, command, stored] = await Promise.all([
        import('./run-selection.ts'),
        parts.load(selection.command.name),
        parts.stored(),
      ]);
      state.mode = askedMode ?? modeOf(stored);
      return await runSelection(host, parts, { selection, command, state, stored });
    }
    const data = parsed.kind === 'help' ? { text: parsed.text } : { version: host.version };
    if (state.mode === 'text') host.write(parsed.kind === 'help' ? parsed.text : `${host.version}\n`);
    else printDocument(host, state.mode, success(`${parsed.kind}@1`, data, { warnings: [], next: [], meta: state.meta }), false);
    return 0;
  } catch (thrown) {
    return answerFailure(host, state, failureOf(thrown, host.signal));
  }
};

const modeOf = ({ user }: Stored): OutputMode => ((user instanceof Failure ? null : user.values.output) ?? 'text') as OutputMode;

/** Parses the line. Where that fails, the failure is printed in the form that the settings ask for, too. */
const parsedLine = async (host: Host, parts: CliParts, state: CallState, askedMode: OutputMode | null): Promise<Parsed> => {
  const manifest = await parts.manifest();
  try {
    return parseLine(manifest, host.version, host.argv, host.environment);
  } catch (thrown) {
    state.mode = askedMode ?? (await parts.stored().then(modeOf, () => 'text' as const));
    throw thrown;
  }
};

const answerFailure = (host: Host, state: CallState, told: Failure): number => {
  const failure = withoutKeys(told);
  const exit = failure.code === 'INTERRUPTED' ? (host.interruptedExit() ?? failure.exit) : failure.exit;
  const operation = failure.details.facts?.['operation'];
  const meta = typeof operation === 'string' ? { operation, ...state.meta } : state.meta;
  const document = failed(scopedFailure(failure, state), { command: state.command, exit, warnings: state.warnings, meta });
  if (state.mode !== 'text' && !state.answered) {
    printDocument(host, state.mode, document, state.brief);
  } else {
    const style = plainStyle('');
    printWarnings(host, style, state.warnings);
    printFailure(host, style, failure, document.error);
  }
  if (state.debug && failure.code === 'INTERNAL') host.writeError(`${stackOf(failure)}\n`);
  return exit;
};

/** The failure, its fix's command completed with this call's network and account. */
const scopedFailure = (failure: Failure, { scope, command }: CallState): Failure => {
  const fix = failure.details.fix ?? usualFix(failure, command);
  if (fix.command === null) return failure;
  const mended = new Failure(failure.code, failure.message, {
    ...failure.details,
    fix: { ...fix, command: scopedCommand(fix.command, scope) },
  });
  if (failure.stack !== undefined) mended.stack = failure.stack;
  return mended;
};

const stackOf = (failure: Failure): string => {
  const { cause } = failure.details;
  return (cause instanceof Error ? cause.stack : undefined) ?? failure.stack ?? '';
};
