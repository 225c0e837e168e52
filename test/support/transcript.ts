/** One command of a transcript, with what it prints (stdout and stderr as a terminal shows them) and how it ends. */
export interface Step {
  command: string;
  /** Line in the file, from 1. */
  line: number;
  expected: string[];
  exit: number;
  /** It runs on while the rest follows: a block that says `console background`. */
  background: boolean;
}

/** Commands of the fenced `console` blocks: `$ command`, its output, and `? 4` where it ends with another code than 0. */
export const parseTranscript = (text: string): Step[] => {
  const steps: Step[] = [];
  let block: string | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) {
      block = block === null ? line.slice(3).trim() : null;
      continue;
    }
    if (block === null || !block.startsWith('console')) continue;
    const background = block === 'console background';
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), line: index + 1, expected: [], exit: 0, background });
    else if (/^\? \d+$/.test(line)) steps.at(-1)!.exit = Number(line.slice(2));
    else if (line !== '') steps.at(-1)!.expected.push(line);
  }
  return steps;
};

const lineFits = (expected: string, actual: string): boolean => {
  const parts = expected.split('[..]').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(actual);
};

/** Line by line; `[..]` stands for anything within a line, a line `...` for any number of lines. Empty lines do not count. */
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
