/** One command of a transcript, with what it prints (stdout and stderr as a terminal shows them) and how it ends. */
export interface Step {
  command: string;
  /** Line in the file, from 1. */
  line: number;
  expected: string[];
  exit: number;
  /** What a person types at the terminal when the command asks; empty: nobody is there. */
  typed: string[];
  /** It runs on while the rest follows: a block that says `console background`. */
  background: boolean;
  /** Another user of the machine types it: a block that says `console NAME`; null: the one who owns the home. */
  user: string | null;
}

/**
 * Commands of the fenced `console` blocks: `$ command`, `> words` that a person types at its question, its output, and `? 4` where it ends
 * with another code than 0.
 */
export const parseTranscript = (text: string): Step[] => {
  const steps: Step[] = [];
  let block: string | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) {
      block = block === null ? line.slice(3).trim() : null;
      continue;
    }
    if (block === null || !block.startsWith('console')) continue;
    const [, word] = block.split(' ');
    const background = word === 'background';
    const user = background || word === undefined ? null : word;
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), line: index + 1, expected: [], exit: 0, typed: [], background, user });
    else if (line.startsWith('> ')) steps.at(-1)!.typed.push(line.slice(2));
    else if (/^\? \d+$/.test(line)) steps.at(-1)!.exit = Number(line.slice(2));
    else if (line !== '') steps.at(-1)!.expected.push(line);
  }
  return steps;
};

const anything = /\[([A-Z]*)\.\.\]/;

/** What the line's `[NAME..]` stand for; null where it does not fit. */
const matched = (expected: string, actual: string): Record<string, string> | null => {
  const names = [...expected.matchAll(new RegExp(anything, 'g'))].map(([, name = '']) => name);
  const parts = expected.split(new RegExp(anything.source.replace('(', '(?:'))).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const found = new RegExp(`^${parts.join('(.*)')}$`).exec(actual);
  if (found === null) return null;
  return Object.fromEntries(names.flatMap((name, index) => (name === '' ? [] : [[name, found[index + 1] ?? '']])));
};

const lineFits = (expected: string, actual: string): boolean => matched(expected, actual) !== null;

/** What `[NAME..]` stood for in an output that fits: later commands have it as `$NAME`. */
export const namedIn = (expected: readonly string[], actual: readonly string[]): Record<string, string> => {
  const named = expected.filter((line) => new RegExp(anything.source.replace('*', '+')).test(line));
  return Object.assign({}, ...named.map((line) => actual.map((one) => matched(line, one)).find((found) => found !== null) ?? {}));
};

/** Line by line; `[..]` stands for anything within a line, `[NAME..]` too, a line `...` for any number of lines. Empty lines do not count. */
export const fits = (expected: readonly string[], actual: readonly string[]): boolean => {
  const [first, ...rest] = expected;
  if (first === undefined) return actual.length === 0;
  if (first === '...') return actual.some((_, index) => fits(rest, actual.slice(index))) || fits(rest, []);
  return actual[0] !== undefined && lineFits(first, actual[0]) && fits(rest, actual.slice(1));
};

export const linesOf = (output: string): string[] =>
  output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
