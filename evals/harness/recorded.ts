import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { binary } from '../../test/support/binary.ts';
import type { AlephHome } from '../../test/support/devnet/devnet-process.ts';

/** What an agent did with the program, as the recorder in its PATH saw it. */
export interface Recorded {
  /** Commands, or calls of tools. */
  calls: number;
  /** What the agent read of their answers, o200k tokens; lists of tools too. */
  tokens: number;
  /** Flags, inputs, commands and tools that the agent made up. */
  invented: string[];
}

interface Call {
  argv: string[];
  exit: number | null;
  stdin: string;
  stdout: string;
  stderr: string;
}

const recorder = resolve(import.meta.dirname, 'recorder.mjs');
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Puts a recorder called `aleph-agent` into a folder beside the home. It carries the home's settings with it, since some clients start their
 * servers with an environment of their own making. Returns the agent's environment, and what reads the log.
 */
export const record = (home: AlephHome, more: Readonly<Record<string, string>>): { env: Record<string, string>; read(): Recorded } => {
  const folder = join(home.cwd, '..', 'recorder');
  const log = join(folder, 'calls.ndjson');
  mkdirSync(folder, { recursive: true });
  const { ALEPH_AGENT_OUTPUT: _, ...settings } = Object.fromEntries(
    Object.entries({ ...home.env, ...more }).filter(([name]) => name.startsWith('ALEPH_AGENT_')),
  );
  const exports = Object.entries(settings).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const line = `exec ${[process.execPath, recorder, binary, log].map(quoted).join(' ')} "$@"`;
  const program = join(folder, 'aleph-agent');
  writeFileSync(program, ['#!/bin/sh', ...exports, line, ''].join('\n'));
  chmodSync(program, 0o755);
  const path = [folder, home.env['PATH'] ?? '', process.env['PATH'] ?? ''].join(delimiter);
  return { env: { ...settings, PATH: path }, read: () => sumOf(existsSync(log) ? readFileSync(log, 'utf8') : '') };
};

const sumOf = (log: string): Recorded => {
  const calls = log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Call);
  const served = calls.filter(({ argv }) => argv.includes('mcp'));
  const typed = calls.filter(({ argv }) => !argv.includes('mcp'));
  const answers = [...typed.map(({ stdout, stderr }) => `${stdout}${stderr}`), ...served.flatMap(({ stdout }) => shownByServer(stdout))];
  return {
    calls: typed.length + served.reduce((sum, { stdin }) => sum + stdin.split('"method":"tools/call"').length - 1, 0),
    tokens: answers.reduce((sum, text) => sum + countTokens(text), 0),
    invented: answers.flatMap(madeUp),
  };
};

/** The lists and texts that a client shows to its model, of all that the server wrote. */
const shownByServer = (stdout: string): string[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .flatMap((line) => {
      const { result } = JSON.parse(line) as { result?: { tools?: unknown[]; content?: { text: string }[] } };
      if (result?.tools !== undefined) return [JSON.stringify(result.tools)];
      return result?.content?.map(({ text }) => text) ?? [];
    });

const unknown = /has no flag (--?[\w-]+)|"([\w-]+)\\?" is no input here|There is no (?:command|tool) \\?"([^"\\]+)/g;

const madeUp = (answer: string): string[] => [...answer.matchAll(unknown)].map(([, flag, input, name]) => flag ?? input ?? name ?? '');
