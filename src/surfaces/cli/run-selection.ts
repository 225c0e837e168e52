import type { AnyCommand, Terminal } from '../../contract/declare/command.ts';
import { outputSchemaOf } from '../../contract/declare/describe.ts';
import type { Around, JoinedSafe } from '../../contract/declare/door.ts';
import { outputPaths } from '../../contract/declare/output-paths.ts';
import type { Style } from '../../contract/declare/style.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { cleanUntrustedFields } from '../../domain/text/untrusted.ts';
import { checkFields } from '../choose-fields.ts';
import type { Person } from '../consent.ts';
import { type Call, type Executed, execute } from '../execute.ts';
import { fillMissing } from './ask/fill-missing.ts';
import { interrupted } from './ask/interrupted.ts';
import { takeWalk } from './ask/take-walk.ts';
import { executeAtSafe, noContexts, reachAtSafe, runsAtSafe } from './at-the-safe.ts';
import { commandOptions, lineOptions } from './call-options.ts';
import type { CallState } from './call-state.ts';
import type { CliParts } from './cli-parts.ts';
import { doorsOf } from './doors.ts';
import { offlineTold } from './offline-told.ts';
import type { Selection } from './parse/build-program.ts';
import type { GlobalValues } from './parse/globals.ts';
import { scopedCommand } from './parse/scoped-command.ts';
import { typedLine } from './parse/typed-line.ts';
import { filledIn, preferencesOf, preferred } from './preferences-of.ts';
import type { Host } from './print/host.ts';
import { liveLine } from './print/live-line.ts';
import { loadStyle } from './print/load-style.ts';
import { warningLines } from './print/print.ts';
import { progressLines } from './print/progress-lines.ts';
import { requireScreen, watchScreen } from './print/watch-screen.ts';
import { wrapText } from './print/wrap-text.ts';
import { printAnswer } from './print-answer.ts';
import { runHere, runOrder } from './run-order.ts';
import type { Stored } from './stored.ts';

/** A command of the manifest with what was given for it. */
export interface Selected {
  selection: Selection;
  command: AnyCommand;
  state: CallState;
  stored: Stored;
  /** Where another program gave the order; absent at a command line. */
  around?: Around;
}

/** Runs one command of the manifest and prints its answer. Resolves with the exit code; rejects with the command's failure. */
export const runSelection = async (
  itsHost: Host,
  parts: CliParts,
  { selection, command, state, stored, around }: Selected,
): Promise<number> => {
  const given = selection.globals;
  const live = liveLine(itsHost, state.mode === 'text' && given.debug !== true);
  const { host } = live;
  Object.assign(state, {
    command: selection.command.name,
    brief: given.brief === true,
    debug: given.debug === true,
  });
  // plan and apply may give the same warning, which is told once
  const warn = (code: string, message: string): void => {
    if (!state.warnings.some((told) => told.code === code && told.message === message)) state.warnings.push({ code, message });
  };
  const preferences = preferencesOf(selection, stored, host, warn);
  const options = {
    ...lineOptions(given, preferences),
    preferences,
    settingsIgnored: stored.user instanceof Failure,
    ...commandOptions(command),
  };
  // an agent's next line names nothing that its safe decides
  const { network, account, payer, task } = given;
  Object.assign(state, { scope: around?.agent === undefined ? { network, account, payer, task } : {} });
  state.color = preferred(preferences, 'color') ?? 'auto';
  const paths = given.fields?.split(',').map((path) => path.trim());
  if (paths !== undefined) checkFields(paths, outputPaths(outputSchemaOf(command)));

  if (selection.watch) requireScreen(host, state.mode === 'text');

  // a devnet has a clock of its own, which the call's context brings; times are told in full with --full, and by a safe's clock
  let clock: { now(): number } | null = null;
  const now = (): number | null => (given.full === true ? null : (clock?.now() ?? null));
  const style = state.mode === 'text' ? await loadStyle(host, state.color, { now }) : null;
  const asking = mayAsk(host, state, given) && style !== null ? await import('./ask/ask.ts') : null;
  const person = asking === null || style === null ? null : asking.ask(style, host);
  const asked = person ?? around?.person ?? null;
  const typed = filledIn(selection, preferences);

  const progress = progressLines(host, state.mode, { asked: given.progress === true, onPhase: around?.onPhase, live });
  const joined = around?.agent === undefined ? await parts.joined(host.signal) : null;
  const atSafe = joined !== null && runsAtSafe(selection.command.name, joined);
  const opening = {
    ...options,
    safe: joined === null ? null : reachAtSafe(joined),
    agent: around?.agent ?? null,
    person: asked !== null,
    progress,
    trace: given.debug === true ? (line: string) => host.writeError(`debug: ${traced(line, progress.operation)}\n`) : null,
    warn,
    signal: host.signal,
    stdin: around === undefined,
    askSecret: asking === null ? null : (question: string) => asking.askSecret(question, host, style!),
  };
  const opened = (): ReturnType<CliParts['open']> => {
    const contexts = parts.open(opening);
    const heard = async <Context extends { clock: { now(): number } }>(open: () => Promise<Context>): Promise<Context> => {
      const made = await open();
      clock = made.clock;
      return made;
    };
    return { ...contexts, read: () => heard(contexts.read), change: () => heard(contexts.change) };
  };
  const context = atSafe ? noContexts : opened();
  const answer = (executed: Executed): void => {
    if (state.answered) return;
    const operation = progress.operation ?? operationOf(command, executed);
    if (operation !== null) state.meta = { operation, ...state.meta };
    printAnswer(host, command, executed, { state, style, given, paths });
  };
  const announce = (data: unknown): void => {
    answer({ kind: 'result', data, next: command.next?.(data) ?? [], exit: 0 });
    state.answered = true;
  };
  const call: Terminal['call'] = async (order, around) => {
    // the call that takes orders holds nothing meanwhile: each order opens what it needs
    await context.close();
    return runOrder(host, parts, selection, order, around);
  };
  const terminal: Terminal = {
    ...doorsOf({ host, parts, selection, options, state, style, call, announce, letGo: context.close }),
    interactive: style !== null && host.terminals.output && host.terminals.input,
    machine: state.mode !== 'text',
    write: (text) => host.write(state.mode === 'text' ? host.legible(text) : text),
    writeError: host.writeError,
    paragraph: (text) => host.write(host.legible(`${wrapText(text, host.width)}\n`)),
    note: (text) => host.writeError(`${style?.dim(text) ?? text}\n`),
    announce,
    commands: async () => (await parts.manifest()).commands,
    call,
    asker: person,
    run: async (order) => {
      await context.close();
      return runHere(host, parts, selection, order);
    },
    pass: (document) => {
      host.write(`${JSON.stringify(state.mode === 'ndjson' ? { type: 'result', ...document } : document)}\n`);
      state.answered = true;
    },
  };
  try {
    const raw =
      person === null || atSafe
        ? typed
        : await filled(selection, command, typed, { host, person, style: style!, contexts: context, joined });
    const made = {
      command,
      raw,
      contexts: context,
      consent: parts.consent,
      person: asked,
      terminal,
      undeclared: parts.undeclared,
      gate: around?.gate,
    };
    const consent = { dryRun: selection.dryRun, yes: given.yes === true, approval: given.approval ?? null };
    const open = () => parts.open(opening);
    const make = (contexts: Call['contexts']): Promise<Executed> =>
      atSafe
        ? executeAtSafe({
            safe: joined,
            command,
            selection,
            raw,
            task: options.task,
            timeoutMs: options.timeoutMs,
            onPhase: progress.heard,
            warn,
            open,
          })
        : execute({ ...made, ...consent, contexts });
    if (selection.watch) {
      // each look is a call of its own: between two of them this process holds nothing
      const look = async () => {
        const contexts = atSafe ? noContexts : opened();
        return make(contexts).finally(contexts.close);
      };
      const draw = (dress: Style) => drawn(look, command, state, dress);
      return await watchScreen(host, () => loadStyle(host, state.color, { now }), draw);
    }
    const isUnhurried = command.kind === 'session' && command.endsUnhurried === true;
    const executed = await Promise.race([make(context), ...(isUnhurried ? [] : [host.overdue()])]);
    answer(executed);
    return executed.kind === 'result' ? executed.exit : 0;
  } catch (thrown) {
    throw offlineTold(interrupted(thrown, host.signal, progress, selection.command.name), (await context.unheard?.()) ?? null);
  } finally {
    progress.stop();
    await context.close();
  }
};

/** Runs a query anew and returns its text with the warnings of this run. */
const drawn = async (run: () => Promise<Executed>, command: AnyCommand, state: CallState, style: Style): Promise<string> => {
  state.warnings = [];
  const executed = await run();
  const text = executed.kind === 'result' ? command.text(cleanUntrustedFields(executed.data), style) : '';
  return [text, ...warningLines(style, state.warnings, style.width)].join('\n');
};

/**
 * The typed inputs, completed by a person's answers. Where no input at all was given, a command with a walk asks its questions and shows
 * the line that would have given the same. `typed`: the inputs with the settings that stand in.
 */
const filled = async (
  { command, raw, globals }: Selection,
  loaded: AnyCommand,
  typed: Readonly<Record<string, unknown>>,
  asked: { host: Host; person: Person; style: Style; contexts: Call['contexts']; joined: JoinedSafe | null },
): Promise<Record<string, unknown>> => {
  const { host, person, style, contexts, joined } = asked;
  const walk =
    loaded.kind === 'change' && globals.yes !== true && Object.keys(raw).every((key) => key in globals) ? loaded.walk : undefined;
  const say = (text: string): void => host.writeError(host.legible(text));
  // a home that has joined a safe has no ledger to choose from
  if (walk === undefined) {
    const { pickersOf } = await import('./ask/pickers.ts');
    const pickers = joined === null ? pickersOf(command, typed, { context: contexts.read, person, style, say }) : {};
    return fillMissing(command, typed, person, pickers);
  }
  const answers = await takeWalk(command, walk(await contexts.read()), person);
  const chosen = { ...typed, ...answers };
  // nothing was asked: the call itself says why
  if (Object.keys(answers).length === 0) return chosen;
  host.writeError(`${style.dim('the same:')} ${scopedCommand(typedLine(command, chosen), globals)}\n\n`);
  return chosen;
};
const traced = (line: string, operation: string | null): string => (operation === null ? line : `${operation} ${line}`);

/** May a person be asked (conventions.md §3.1)? Only with both streams at a terminal, and nothing given that forbids it. */
const mayAsk = (host: Host, state: CallState, given: GlobalValues): boolean => {
  const { CI } = host.environment;
  const wanted = given.input !== false && (CI === undefined || CI === '' || CI === 'false');
  return wanted && state.mode === 'text' && host.terminals.output && host.terminals.input;
};

/** The operation that a change gave as its own. What a query shows is the operation of what it is about. */
const operationOf = (command: AnyCommand, executed: Executed): string | null => {
  const data = executed.kind === 'result' && command.kind !== 'query' ? executed.data : null;
  return typeof data === 'object' && data !== null && 'operation' in data && typeof data.operation === 'string' ? data.operation : null;
};
