/** One figure beside its budget (conventions.md §8). */
export interface Line {
  what: string;
  found: number;
  /** null: no budget, shown to be compared. */
  most: number | null;
  /** `s`, as `VMs`, by the devnet's clock. */
  unit:
    | '× bare node'
    | '× empty'
    | '× local'
    | 'ms'
    | 'MiB'
    | 'tokens'
    | 'rows'
    | 'calls'
    | 'waves'
    | 'requests'
    | 's'
    | 'VMs'
    | 'a minute';
  /** It is a goal: over is shown, and ends nothing. */
  goal?: true;
}

/** A figure that could not be measured is over, too. */
export const isOver = ({ found, most }: Line): boolean => most !== null && !(found <= most);

/** What 0.1.0 was not written for: over is shown, and ends nothing yet. */
const young: readonly Line['unit'][] = ['rows'];

/**
 * Does a figure end `--check`? Counts do as soon as they are over. Times only when far over: what bare node takes depends on the
 * machine's settings too (an extra CA file alone doubles it), and other people's work adds to all of them.
 */
export const isFailure = (line: Line): boolean => {
  if (line.goal === true || young.includes(line.unit)) return false;
  const clocked = line.unit === '× bare node' || line.unit === '× empty' || line.unit === 'ms';
  return clocked ? line.most !== null && !(line.found <= line.most * clockTolerance) : isOver(line);
};

const clockTolerance = 3;

/** Of two measurements of the same lines the lesser of each: what the machine does beside us only ever adds. */
export const lesser = (lines: readonly Line[], others: readonly Line[]): Line[] =>
  lines.map((line, place) => {
    const other = others[place];
    return other !== undefined && !(line.found <= other.found) ? other : line;
  });

export const shown = (line: Line): string => {
  const digits = line.unit.startsWith('×') ? 2 : line.unit === 'ms' || line.unit === 's' ? 1 : 0;
  const mark = line.most === null ? '    ' : isOver(line) ? 'OVER' : 'ok  ';
  const budget = line.most === null ? '' : ` of ${line.most}`;
  return `${mark}  ${line.what.padEnd(64)} ${line.found.toFixed(digits).padStart(7)}${budget} ${line.unit}`;
};
