import { confirm, input, password, Separator, select } from '@inquirer/prompts';
import type { Style } from '../../../contract/declare/style.ts';
import { Failure } from '../../../domain/failure/failure.ts';
import { isAmount, isPhrase } from '../../../domain/plan/consent-phrase.ts';
import type { Person } from '../../consent.ts';
import { fittedTable } from '../print/fitted-table.ts';
import { grid } from '../print/grid.ts';
import { planText } from '../print/present-plan.ts';
import { wrapText } from '../print/wrap-text.ts';
import { promptTheme } from './prompt-theme.ts';

/** Columns before each choice of a list. */
const margin = 2;
/** How many choices are visible at once. */
const pageSize = 12;
/** How often a phrase may be typed before the answer is no. */
const phraseTries = 3;

/** Asks the person at the terminal. Made only where conventions.md §3.1 allows questions. */
export const ask = (style: Style, writeError: (text: string) => void, signal: AbortSignal): Person => {
  const theme = promptTheme(style);
  const options = { signal };
  return {
    confirm: async (plan) => {
      writeError(`${planText(plan, style)}\n`);
      return answered(confirm({ message: 'Do it?', default: false, theme }, options));
    },
    approve: async (plan, phrase) => {
      writeError(`${planText(plan, style)}\n`);
      const asked = isAmount(phrase) ? `the amount (${phrase})` : phrase;
      for (let left = phraseTries; left > 0; left--) {
        const typed = await answered(input({ message: `This needs your approval. Type ${asked} to approve:`, theme }, options));
        if (isPhrase(typed, phrase)) return true;
        if (typed.trim() === '') return false;
        if (left > 1) writeError(`That is not ${phrase}: type it, or press Enter alone to cancel.\n`);
      }
      return false;
    },
    choose: async ({ message, head, choices, start }) => {
      const width = style.width === 0 ? 0 : style.width - margin;
      const fitted = fittedTable({ head, rows: choices.map(({ cells }) => cells), width, words: 'cut' });
      const [over = '', ...rows] = grid([fitted.head, ...fitted.rows]);
      const offered = choices.map(({ cells, about, unavailable }, index) => ({
        value: index,
        name: rows[index] ?? '',
        short: cells[0] ?? '',
        description: wrapText(unavailable ?? about ?? '', style.width),
        disabled: unavailable === undefined ? false : '(no)',
      }));
      const list = [new Separator(style.dim(` ${over}`)), ...offered];
      return choices[await answered(select({ message, choices: list, default: start, pageSize, loop: false, theme }, options))]!;
    },
    answer: async (question, { choices }) =>
      answered(
        choices === null
          ? input({ message: question, theme }, options)
          : select({ message: question, choices: choices.map((value) => ({ value })), theme }, options),
      ),
  };
};

/** Asks for a secret, without showing what is typed. */
export const askSecret = (question: string, signal: AbortSignal): Promise<string> => answered(password({ message: question }, { signal }));

/** Turns Ctrl-C at a question into an interruption; it is no bug. */
const answered = async <Answer>(question: Promise<Answer>): Promise<Answer> => {
  try {
    return await question;
  } catch (thrown) {
    const left = thrown instanceof Error && (thrown.name === 'ExitPromptError' || thrown.name === 'AbortPromptError');
    throw left ? new Failure('INTERRUPTED', 'Interrupted at a question; nothing was done.') : thrown;
  }
};
