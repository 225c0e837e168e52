import { Chalk } from 'chalk';
import type { Style } from '../../../contract/declare/style.ts';
import { fittingWidths } from './fitting-widths.ts';
import { grid } from './grid.ts';
import { fenced } from './plain-style.ts';
import { hangText, wrapText } from './wrap-text.ts';

/** The style for a terminal of this width: tables, and colour if `colour`. */
export const terminalStyle = ({ width, colour, mark }: { width: number; colour: boolean; mark: string }): Style => {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return {
    width,
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    table: (head, rows) => {
      if (rows.length === 0) return '';
      const widths = fittingWidths([head, ...rows], width);
      const wrapped = rows.map((row) => row.map((cell, place) => wrapText(cell, widths[place] ?? 0)));
      return grid([head.map((cell) => chalk.bold(cell)), ...wrapped]).join('\n');
    },
    facts: (pairs) => {
      const lead = Math.max(0, ...pairs.map(([label]) => label.length)) + ':  '.length;
      return pairs
        .map(([label, value]) => `${chalk.dim(`${label}:`)}${' '.repeat(lead - label.length - 1)}${hangText(value, width, lead)}`.trimEnd())
        .join('\n');
    },
    fenced: (text) => fenced(text, mark),
  };
};
