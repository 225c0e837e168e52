import type { AnyCommand, Terminal } from '../../contract/command.ts';
import { outputSchemaOf } from '../../contract/describe.ts';
import { outputPaths } from '../../contract/output-paths.ts';
import type { Style } from '../../contract/style.ts';
import { cleanUntrustedFields } from '../../domain/untrusted.ts';
import { checkFields, chooseFields } from '../choose-fields.ts';
import { schemaName, success } from '../envelope.ts';
import { type Executed, execute } from '../execute.ts';
import type { Selection } from './build-program.ts';
import { lineOptions } from './call-options.ts';
import { fieldsText } from './fields-text.ts';
import { fillMissing } from './fill-missing.ts';
import type { GlobalValues } from './globals.ts';
import type { Host } from './host.ts';
import { interrupted } from './interrupted.ts';
import { loadStyle } from './load-style.ts';
import { filledIn, preferencesOf, preferred } from './preferences-of.ts';
import { planData, planText } from './present-plan.ts';
import { printDocument, printText, printWarnings } from './print.ts';
import { progressLines } from './progress-lines.ts';
import type { CallState, CliParts } from './run-cli.ts';
import { type Scope, scopedCommand } from './scoped-command.ts';
import type { Stored } from './stored.ts';

/** Runs one command of the manifest and answers; resolves with its exit code, rejects with what it failed with. */
export const runSelection = async (
  host: Host,
  parts: CliParts,
  { selection, command, state, stored }: { selection: Selection; command: AnyCommand; state: CallState; stored: Stored },
): Promise<number> => {
  const given = selection.globals;
  Object.assign(state, {
    command: selection.command.name,
    brief: given.brief === true,
    debug: given.debug === true,
  });
  const warn = (code: string, message: string): void => void state.warnings.push({ code, message });
  const preferences = preferencesOf(selection, stored, host, warn);
  const options = { ...lineOptions(given, preferences), preferences };
  Object.assign(state, { scope: { network: given.network, account: given.account } });
  const color = preferred(preferences, 'color') ?? 'auto';
  const paths = given.fields?.split(',').map((path) => path.trim());
  if (paths !== undefined) checkFields(paths, outputPaths(outputSchemaOf(command)));

  const style = state.mode === 'text' ? await loadStyle(host, color) : null;
  const asking = mayAsk(host, state, given) && style !== null ? await import('./ask.ts') : null;
  const person = asking === null || style === null ? null : asking.ask(style, host.writeError, host.signal);
  const typed = filledIn(selection, preferences);
  const raw = person === null ? typed : await fillMissing(selection.command, typed, person);

  const progress = progressLines(host, state.mode, given.progress === true);
  const context = parts.open({
    ...options,
    person: person !== null,
    progress,
    trace: given.debug === true ? (line) => host.writeError(`debug: ${traced(line, progress.operation)}\n`) : null,
    warn,
    signal: host.signal,
    askSecret: asking === null ? null : (question) => asking.askSecret(question, host.signal),
  });
  const answer = (executed: Executed): void => {
    if (state.answered) return;
    const operation = operationOf(executed) ?? progress.operation;
    if (operation !== null) state.meta = { operation, ...state.meta };
    print(host, command, scoped(executed, state.scope), { state, style, given, paths });
  };
  const terminal: Terminal = {
    interactive: style !== null && host.terminals.output && host.terminals.input,
    machine: state.mode !== 'text',
    write: host.write,
    writeError: host.writeError,
    announce: (data) => {
      answer({ kind: 'result', data, next: command.next?.(data) ?? [], exit: 0 });
      state.answered = true;
    },
  };
  try {
    const call = { command, raw, contexts: context, consent: await parts.consent(), person, terminal, undeclared: parts.undeclared };
    const consent = { dryRun: selection.dryRun, yes: given.yes === true, approval: given.approval ?? null };
    const executed = await Promise.race([execute({ ...call, ...consent }), host.overdue()]);
    answer(executed);
    return executed.kind === 'result' ? executed.exit : 0;
  } catch (thrown) {
    throw interrupted(thrown, host.signal, progress);
  } finally {
    progress.stop();
    await context.close();
  }
};

const traced = (line: string, operation: string | null): string => (operation === null ? line : `${operation} ${line}`);

/** The result with next steps that act where this call acted. */
const scoped = (executed: Executed, scope: Scope): Executed =>
  executed.kind === 'plan'
    ? executed
    : { ...executed, next: executed.next.map((hint) => ({ ...hint, command: scopedCommand(hint.command, scope) })) };

/** conventions.md §3.1: two terminals, and nothing that says no. */
const mayAsk = (host: Host, state: CallState, given: GlobalValues): boolean => {
  const { CI } = host.environment;
  const wanted = given.input !== false && (CI === undefined || CI === '' || CI === 'false');
  return wanted && state.mode === 'text' && host.terminals.output && host.terminals.input;
};

const operationOf = (executed: Executed): string | null => {
  const data = executed.kind === 'result' ? executed.data : null;
  return typeof data === 'object' && data !== null && 'operation' in data && typeof data.operation === 'string' ? data.operation : null;
};

interface Manner {
  state: CallState;
  style: Style | null;
  given: GlobalValues;
  paths: readonly string[] | undefined;
}

const print = (host: Host, command: AnyCommand, executed: Executed, manner: Manner): void => {
  const { state, style, paths } = manner;
  if (style === null) {
    printData(host, command, executed, manner);
    return;
  }
  printWarnings(host, style, state.warnings);
  if (executed.kind === 'plan') {
    printText(host, style, planText(executed.plan, style), []);
  } else if (paths === undefined) {
    const text = command.text(cleanUntrustedFields(executed.data), style);
    // nothing of ours after what another program said
    printText(host, style, text, text === '' ? [] : executed.next);
  } else {
    printText(host, style, fieldsText(chooseFields(cleanUntrustedFields(executed.data), paths), style), []);
  }
};

const printData = (host: Host, command: AnyCommand, executed: Executed, { state, given, paths }: Manner): void => {
  const full = given.full === true;
  const schema = executed.kind === 'plan' ? 'plan@1' : schemaName(command.name);
  const whole = cleanUntrustedFields(executed.kind === 'plan' ? planData(executed.plan, full) : executed.data);
  const shown = paths ?? (full || executed.kind === 'plan' ? undefined : command.brief);
  const next = executed.kind === 'plan' ? [] : executed.next;
  const data = shown === undefined ? whole : chooseFields(whole, shown);
  printDocument(host, state.mode, success(schema, data, { warnings: state.warnings, next, meta: state.meta }), state.brief);
};
