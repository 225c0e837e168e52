import type { Answered, AnsweredDocument, Around, Order } from '../../contract/declare/door.ts';
import { answerCall } from './answer-call.ts';
import { freshState } from './call-state.ts';
import type { CliParts } from './cli-parts.ts';
import type { Selection } from './parse/build-program.ts';
import type { GlobalValues } from './parse/globals.ts';
import { rawInput } from './parse/raw-input.ts';
import { scopedCommand } from './parse/scoped-command.ts';
import { typedLine } from './parse/typed-line.ts';
import type { Host } from './print/host.ts';
import { runSelection } from './run-selection.ts';

/** The flags of the call that takes orders: each order is made under them. */
export interface Standing {
  globals: GlobalValues;
  typed: GlobalValues;
}

/** What holds for every order of a call, beside what the order says. */
const kept = (given: GlobalValues, keys: readonly (keyof GlobalValues)[]): GlobalValues =>
  Object.fromEntries(Object.entries(given).filter(([key]) => keys.includes(key as keyof GlobalValues)));

const standingKeys: readonly (keyof GlobalValues)[] = [
  'network',
  'account',
  'task',
  'payer',
  'timeout',
  'passphraseFile',
  'approval',
  'purpose',
];

/** What an answer shows. */
const shownKeys: readonly (keyof GlobalValues)[] = ['full', 'fields'];

/**
 * Makes a call for another program and returns the document that the same line prints with --json. Nobody can be asked, and the process's
 * streams stay untouched.
 */
export const runOrder = async (host: Host, parts: CliParts, standing: Standing, order: Order, around: Around = {}): Promise<Answered> => {
  const state = freshState(host, 'json', order.command);
  let printed = '';
  const { signal, release } = following([
    ...(around.drains === true ? [] : [host.signal]),
    ...(around.signal === undefined ? [] : [around.signal]),
  ]);
  const inner: Host = {
    ...host,
    argv: [],
    terminals: { input: false, output: false, errors: false, live: false },
    write: (text) => {
      printed += text;
    },
    writeError: () => {},
    signal,
    interruptedExit: () => null,
    // it ends in order, however long that takes: nobody waits for it any more
    overdue: () => new Promise(() => {}),
  };
  const exit = await answerCall(inner, state, async () => {
    const shown: GlobalValues = around.whole === true ? { full: true } : kept(standing.globals, shownKeys);
    const [selected, command, stored] = await Promise.all([
      selectionOf(parts, standingOf(standing, around), order),
      parts.load(order.command),
      parts.stored(),
    ]);
    const selection = { ...selected, globals: { ...selected.globals, ...shown } };
    return runSelection(inner, parts, { selection, command, state, stored, around });
  });
  release();
  // the first document is the answer, whatever went wrong in tidying up after it
  return { document: JSON.parse(printed.slice(0, printed.indexOf('\n'))) as AnsweredDocument, exit };
};

/** An agent's call, or a page's, goes to its own network, account and payer, whatever the call that serves was given. */
const standingOf = (standing: Standing, { agent, about }: Around): Standing => {
  if (about !== undefined) {
    const { networkId: _, ...scope } = about;
    const own = Object.entries(scope).filter(([, value]) => value !== null);
    const pinned = (given: GlobalValues): GlobalValues =>
      Object.fromEntries([...Object.entries(given).filter(([key]) => !(key in scope)), ...own]);
    return { globals: pinned(standing.globals), typed: pinned(standing.typed) };
  }
  if (agent === undefined) return standing;
  const { network, account, payer } = agent;
  const own = { network, account, ...(payer === account ? {} : { payer }) };
  const { task: _, purpose: __, approval: ___, ...globals } = standing.globals;
  return { globals: { ...globals, ...own }, typed: own };
};

/** Runs a command at this terminal, after its line: what it asks is asked, and what it says is shown. */
export const runHere = (host: Host, parts: CliParts, standing: Standing, order: Order): Promise<number> => {
  const inner: Host = { ...host, argv: [] };
  const state = freshState(host, 'text', order.command);
  return answerCall(inner, state, async () => {
    const [selection, command, stored] = await Promise.all([
      selectionOf(parts, standing, order),
      parts.load(order.command),
      parts.stored(),
    ]);
    const { network, account, payer } = standing.globals;
    const line = scopedCommand(typedLine(selection.command, order.input), {
      ...(network === undefined ? {} : { network }),
      ...(account === undefined ? {} : { account }),
      ...(payer === undefined ? {} : { payer }),
    });
    host.write(`\n$ ${line}${order.dryRun === true ? ' --dry-run' : ''}\n`);
    return runSelection(inner, parts, { selection, command, state, stored });
  });
};

/** The order as a line of its command would select it, under the flags of the call that gives it. */
const selectionOf = async (parts: CliParts, standing: Standing, order: Order): Promise<Selection> => {
  const own: GlobalValues = {
    ...(order.approval === undefined ? {} : { approval: order.approval }),
    ...(order.purpose === undefined ? {} : { purpose: order.purpose }),
    ...(order.task === undefined ? {} : { task: order.task }),
    ...(order.timeoutSeconds === undefined ? {} : { timeout: `${Math.ceil(order.timeoutSeconds)}s` }),
  };
  const globals = { ...kept(standing.globals, standingKeys), ...own };
  const typed = { ...kept(standing.typed, standingKeys), ...own };
  const described = (await parts.manifest()).commands.find(({ name }) => name === order.command)!;
  const raw = { ...rawInput(described, [], { typed, given: globals }, () => undefined), ...order.input };
  return { command: described, raw, globals, typed, dryRun: order.dryRun === true, watch: false };
};

/** A signal of its own that ends with any of these; `release` lets go of them, of which one lives as long as the process. */
const following = (signals: readonly AbortSignal[]): { signal: AbortSignal; release: () => void } => {
  const controller = new AbortController();
  const stops = signals.map((signal) => {
    const stop = (): void => controller.abort(signal.reason);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    return () => signal.removeEventListener('abort', stop);
  });
  return { signal: controller.signal, release: () => void stops.map((stop) => stop()) };
};
