/** One figure beside its budget (conventions.md §8). */
export interface Line {
  what: string;
  found: number;
  /** null: no budget, shown to be compared. */
  most: number | null;
  unit: '× bare node' | 'ms' | 'tokens' | 'calls' | 'round trips';
}

/** A figure that could not be measured is over, too. */
export const isOver = ({ found, most }: Line): boolean => most !== null && !(found <= most);

/** Of two measurements of the same lines the lesser of each: what the machine does beside us only ever adds. */
export const lesser = (lines: readonly Line[], others: readonly Line[]): Line[] =>
  lines.map((line, place) => {
    const other = others[place];
    return other !== undefined && !(line.found <= other.found) ? other : line;
  });

export const shown = (line: Line): string => {
  const digits = line.unit === '× bare node' ? 2 : line.unit === 'ms' ? 1 : 0;
  const mark = line.most === null ? '    ' : isOver(line) ? 'OVER' : 'ok  ';
  const budget = line.most === null ? '' : ` of ${line.most}`;
  return `${mark}  ${line.what.padEnd(64)} ${line.found.toFixed(digits).padStart(7)}${budget} ${line.unit}`;
};
