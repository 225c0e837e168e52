import { setMaxListeners } from 'node:events';
import type { ChangeContext } from '../../src/ports/context.ts';
import type { CallOptions } from '../../src/surfaces/cli/call-options.ts';
import type { CliParts } from '../../src/surfaces/cli/cli-parts.ts';
import type { Host } from '../../src/surfaces/cli/print/host.ts';
import { type OutputMode, outputMode } from '../../src/surfaces/cli/print/output-mode.ts';
import { runCli } from '../../src/surfaces/cli/run-cli.ts';
import { ledgerConsent } from '../../src/surfaces/ledger-consent.ts';
import { serveNobody } from '../support/approval/serve-nobody.ts';
import { loadedCommands, manifest } from '../support/hint.ts';
import type { Line } from './command-line.ts';
import type { Answered } from './proper-answer.ts';

/** The mode in which a line is answered; JSON where it was asked for and the rest of the line is wrong. */
export const modeOf = ({ argv, environment }: Line): OutputMode => {
  try {
    return outputMode(argv, environment) ?? 'text';
  } catch {
    return argv.includes('--json') ? 'json' : 'text';
  }
};

/** stderr is empty in JSON mode unless one of these was given (conventions.md §1.1). */
export const mayWriteErrors = ({ argv }: Line): boolean => argv.some((word) => word.startsWith('--progress') || word.startsWith('--debug'));

type Opened = ReturnType<CliParts['open']>;

/** Answers a line as main does, with the contexts that `open` gives. Failures that a command does not declare are bugs. */
export const runLine = async (line: Line, open: (options: CallOptions) => Opened): Promise<Answered> => {
  let stdout = '';
  let stderr = '';
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const host: Host = {
    argv: line.argv,
    environment: line.environment,
    version: '1.2.0',
    terminals: { input: false, output: false, errors: false, live: false },
    width: 0,
    height: 0,
    legible: (text) => text,
    pause: () => Promise.resolve(),
    write: (text) => {
      stdout += text;
    },
    writeError: (text) => {
      stderr += text;
    },
    now: () => 0,
    every: () => () => {},
    onKey: () => () => {},
    signal,
    interruptedExit: () => null,
    overdue: () => new Promise(() => {}),
    mark: () => 'c0ffee',
  };
  const commands = await loadedCommands;
  const exit = await runCli(host, {
    manifest: () => manifest,
    topics: async () => ({}),
    stored: async () => ({ user: { path: 'settings.json', values: {} }, project: null }),
    load: async (name) => commands.find((command) => command.name === name)!,
    undeclared: 'refuse',
    serveSafe: async () => 0,
    servePage: async () => 'told',
    joined: async () => null,
    serveMcp: serveNobody(
      async () => manifest,
      async (name) => commands.find((command) => command.name === name)!,
    ),
    consent: async () => ledgerConsent,
    open,
  });
  return { exit, stdout, stderr };
};

/** One context for both kinds of call. */
export const opened = (context: () => Promise<ChangeContext>): Opened => ({ read: context, change: context, close: async () => {} });
