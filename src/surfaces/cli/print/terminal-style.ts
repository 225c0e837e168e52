import { Chalk } from 'chalk';
import type { Style } from '../../../contract/declare/style.ts';
import { fittedTable } from './fitted-table.ts';
import { grid } from './grid.ts';
import { fenced } from './plain-style.ts';
import { whenText } from './when-text.ts';
import { columnsOf, hangText, wrapText } from './wrap-text.ts';

/** Columns before a value that stands below its label. */
const indent = 2;

interface Look {
  width: number;
  colour: boolean;
  mark: string;
  /** The time by which the call lives, once that is known; absent: times stay as they are. */
  now?: (() => number | null) | undefined;
  /** Stands where a text was cut, in a sign that the terminal's locale has. */
  sign?: string;
}

/** The style for a terminal of this width: tables, and colour if `colour`. */
export const terminalStyle = ({ width, colour, mark, now = () => null, sign = '…' }: Look): Style => {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return {
    width,
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    command: (text) => chalk.cyan(text),
    table: (head, rows, goFirst) => {
      if (rows.length === 0) return '';
      const fitted = fittedTable({ head, rows, width, goFirst, words: 'broken', sign });
      const lines = grid([fitted.head.map((cell) => chalk.bold(cell)), ...fitted.rows]);
      if (fitted.gone.length === 0) return lines.join('\n');
      return [...lines, chalk.dim(wrapText(`too narrow for: ${fitted.gone.join(', ')}`, width))].join('\n');
    },
    facts: (pairs) => {
      const lead = Math.max(0, ...pairs.map(([label]) => label.length)) + ':  '.length;
      return pairs
        .map(([label, value]) => {
          // an address or a link that has no room beside its label stands below it, in one piece to be copied
          const below = width > 0 && value.split(/\s/).some((word) => columnsOf(word) > width - lead);
          const gap = below ? `\n${' '.repeat(indent)}` : ' '.repeat(lead - label.length - 1);
          return `${chalk.dim(`${label}:`)}${gap}${hangText(value, width, below ? indent : lead)}`.trimEnd();
        })
        .join('\n');
    },
    prose: (text) => wrapText(text, width),
    hung: (lead, text) => `${lead}${hangText(text, width, columnsOf(lead))}`,
    when: (instant) => {
      const at = now();
      return at === null ? instant : whenText(instant, at);
    },
    fenced: (text) => fenced(text, mark),
  };
};
