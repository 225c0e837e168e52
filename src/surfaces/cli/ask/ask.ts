import { confirm, input, password, Separator, select } from '@inquirer/prompts';
import type { Choice, Question } from '../../../contract/declare/question.ts';
import type { Style } from '../../../contract/declare/style.ts';
import { Failure } from '../../../domain/failure/failure.ts';
import { isAmount, isPhrase } from '../../../domain/plan/consent-phrase.ts';
import { agent } from '../../../domain/suggest/fix.ts';
import type { Person } from '../../consent.ts';
import { fittedTable } from '../print/fitted-table.ts';
import { grid } from '../print/grid.ts';
import type { Host } from '../print/host.ts';
import { planText } from '../print/present-plan.ts';
import { cutText } from '../print/wide-text.ts';
import { wrapText } from '../print/wrap-text.ts';
import { promptTheme } from './prompt-theme.ts';

/** Columns before each choice of a list, where the cursor is. */
const cursor = 2;
/** How many choices are visible at once. */
const pageSize = 12;
/** How often a phrase may be typed before the answer is no. */
const phraseTries = 3;

/** Asks the person at the terminal. Made only where conventions.md §3.1 allows questions. */
export const ask = (style: Style, host: Pick<Host, 'legible' | 'writeError' | 'signal' | 'onKey'>): Person => {
  const theme = promptTheme(style);
  const say = (text: string): void => host.writeError(host.legible(text));
  /** Did the person type the phrase, within a few tries? Nothing typed, or Esc, is a no. */
  const typedOut = async (phrase: string, message: string): Promise<boolean> => {
    for (let left = phraseTries; left > 0; left--) {
      const typed = (await answered(host, (context) => input({ message, theme }, context))) ?? '';
      if (isPhrase(typed, phrase)) return true;
      if (typed.trim() === '') return false;
      if (left > 1) say(`That is not ${phrase}: type it, or press Enter alone to cancel.\n`);
    }
    return false;
  };
  return {
    confirm: async (plan) => {
      say(`${planText(plan, style)}\n`);
      const { confirmPhrase: phrase } = plan;
      if (phrase !== undefined) return typedOut(phrase, `Type ${phrase} to go on:`);
      return (await answered(host, (context) => confirm({ message: 'Do it?', default: false, theme }, context))) === true;
    },
    approve: async (plan, phrase) => {
      say(`${planText(plan, style)}\n`);
      const asked = isAmount(phrase) ? `the amount (${phrase})` : phrase;
      const message = `This needs your approval. Type ${asked} to approve:`;
      return typedOut(phrase, message);
    },
    choose: async ({ message, head, goFirst, choices, start }) => {
      const shown = { head, goFirst, choices: choices.map((choice) => legibleChoice(choice, host.legible)) };
      const { over, gone, rows } = listed(shown, { width: style.width, sign: host.legible('…') });
      const offered = shown.choices.map(({ cells, about = '', unavailable }, index) => ({
        value: index,
        name: unavailable === undefined ? rows[index]! : style.dim(rows[index]!),
        short: cells[0] ?? '',
        description: wrapText(about, style.width),
      }));
      const narrow = gone === '' ? [] : [new Separator(style.dim(gone))];
      const list = [...narrow, new Separator(style.dim(over)), ...offered];
      for (let at = start; ; ) {
        const config = { message, choices: list, default: at, pageSize, loop: false, theme };
        at = given(await answered(host, (context) => select(config, context)));
        const { cells, unavailable } = shown.choices[at]!;
        if (unavailable === undefined) return choices[at]!;
        say(`${cells[0]} cannot be had (${unavailable}): choose another.\n`);
      }
    },
    answer: async (question, { choices }) =>
      given(
        await answered(host, (context) =>
          choices === null
            ? input({ message: question, theme }, context)
            : select({ message: question, choices: choices.map((value) => ({ value })), theme }, context),
        ),
      ),
  };
};

/** Asks for a secret, without showing what is typed. */
export const askSecret = async (question: string, host: Pick<Host, 'signal' | 'onKey'>, style: Style): Promise<string> =>
  given(await answered(host, (context) => password({ message: question, theme: promptTheme(style) }, context)));

const legibleChoice = ({ cells, about, unavailable, ...choice }: Choice, legible: (text: string) => string): Choice => ({
  ...choice,
  cells: cells.map(legible),
  ...(about === undefined ? {} : { about: legible(about) }),
  ...(unavailable === undefined ? {} : { unavailable: legible(unavailable) }),
});

/** The choices as numbered rows under their heads. What cannot be had has its reason where its missing cells would begin. */
const listed = (
  { head, goFirst, choices }: Pick<Question, 'head' | 'goFirst' | 'choices'>,
  { width, sign }: { width: number; sign: string },
): { over: string; gone: string; rows: string[] } => {
  const digits = String(choices.length).length;
  const indent = cursor + digits + '. '.length;
  const room = width === 0 ? 0 : width - indent;
  const fitted = fittedTable({ head, rows: choices.map(({ cells }) => cells), width: room, goFirst, words: 'cut', sign });
  const [over = '', ...rows] = grid([fitted.head, ...fitted.rows]);
  const lead = ' '.repeat(indent - 1);
  return {
    over: `${lead}${over}`,
    gone: fitted.gone.length === 0 ? '' : cutText(`${lead}too narrow for: ${fitted.gone.join(', ')}`, width - 1, sign),
    rows: choices.map(({ cells, unavailable = '' }, index) => {
      const number = `${index + 1}. `.padStart(digits + '. '.length);
      const row = rows[index] ?? '';
      if (unavailable === '') return `${number}${row}`;
      const place = over.indexOf(head[cells.length] || '\n');
      const filled = row.padEnd(Math.max(place - 1, row.length));
      // where a narrow terminal has no room for both, the reason is worth more than what the choice would have been
      const shown = room === 0 || filled.length + 1 + unavailable.length <= room ? filled : (cells[0] ?? '');
      return cutText(`${number}${shown} ${unavailable}`, width === 0 ? Number.POSITIVE_INFINITY : width - cursor, sign);
    }),
  };
};

/** What was answered; Esc or Ctrl-D cancels the whole call. */
const given = <Answer>(answer: Answer | null): Answer => {
  if (answer === null) throw new Failure('DECLINED', 'Cancelled at a question: nothing more was done, and nothing was spent.');
  return answer;
};

/** Asks, and resolves with null at Esc or Ctrl-D. Ctrl-C becomes an interruption; it is no bug. */
const answered = async <Answer>(
  { signal, onKey }: Pick<Host, 'signal' | 'onKey'>,
  question: (context: { signal: AbortSignal }) => Promise<Answer>,
): Promise<Answer | null> => {
  const escaped = new AbortController();
  const deaf = onKey(['escape', 'ctrl+d'], () => escaped.abort());
  try {
    return await question({ signal: AbortSignal.any([signal, escaped.signal]) });
  } catch (thrown) {
    const left = thrown instanceof Error && (thrown.name === 'ExitPromptError' || thrown.name === 'AbortPromptError');
    if (!left) throw thrown;
    if (escaped.signal.aborted && !signal.aborted) return null;
    throw new Failure('INTERRUPTED', 'Interrupted at a question: nothing was done.', { fix: agent('Make the same call again.') });
  } finally {
    deaf();
  }
};
