import { registry } from '../../src/commands/index.ts';
import type { AnyCommand } from '../../src/contract/declare/command.ts';
import { parseLine } from '../../src/surfaces/cli/parse/parse-line.ts';
import { parseInput } from '../../src/surfaces/parse-input.ts';
import { wordsOf } from './binary.ts';
import { knownManifest } from './known-manifest.ts';

/** All commands and what the parser knows of them, made once. */
export const loadedCommands = Promise.all(registry.map(async ({ load }) => (await load()).default as AnyCommand));
export const manifest = knownManifest(registry);

/** Lines that were parsed already: the same few are suggested again and again. */
const known = new Map<string, Promise<string | null>>();

/** Why a command that was printed cannot be typed as it stands; null where the real parser takes it, flags and values included. */
export const hintProblem = (hint: string): Promise<string | null> => {
  const problem = known.get(hint) ?? parseProblem(hint);
  known.set(hint, problem);
  return problem;
};

const parseProblem = async (hint: string): Promise<string | null> => {
  const [program, ...argv] = wordsOf(hint);
  if (program !== 'aleph-agent') return `"${hint}" does not begin with aleph-agent`;
  try {
    const parsed = parseLine(await manifest, '0.0.0', argv, {});
    if (parsed.kind !== 'selection') return null;
    const { command, raw } = parsed.selection;
    parseInput((await loadedCommands).find(({ name }) => name === command.name)!, raw);
    return null;
  } catch (thrown) {
    return `"${hint}": ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
};

/** Commands that an answer in JSON suggests and the real parser does not take: every envelope that a test sees goes through here. */
export const badHints = async (stdout: string): Promise<string[]> => {
  const hints = stdout.split('\n').flatMap(suggested);
  const problems = await Promise.all(hints.map(hintProblem));
  return problems.filter((problem) => problem !== null);
};

const suggested = (line: string): string[] => {
  if (!/"(fix|next)":/.test(line)) return [];
  try {
    const { error, next } = JSON.parse(line) as { error?: { fix?: { command?: string | null } }; next?: { command: string }[] };
    return [error?.fix?.command ?? [], (next ?? []).map(({ command }) => command)].flat();
  } catch {
    return [];
  }
};
