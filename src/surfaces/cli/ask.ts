import { confirm, input, password, select } from '@inquirer/prompts';
import type { Style } from '../../contract/style.ts';
import { Failure } from '../../domain/failure.ts';
import type { Person } from '../consent.ts';
import { planText } from './present-plan.ts';

/** A person at the terminal. Only made where conventions.md §3.1 allows a question. */
export const ask = (style: Style, writeError: (text: string) => void, signal: AbortSignal): Person => ({
  confirm: async (plan) => {
    writeError(`${planText(plan, style)}\n`);
    return answered(confirm({ message: 'Do it?', default: false }, { signal }));
  },
  approve: async (plan, phrase) => {
    writeError(`${planText(plan, style)}\n`);
    const typed = await answered(input({ message: `This is beyond what runs unasked. Type ${phrase} to approve:` }, { signal }));
    return typed.trim() === phrase;
  },
  answer: async (question, { choices }) =>
    answered(
      choices === null
        ? input({ message: question }, { signal })
        : select({ message: question, choices: choices.map((value) => ({ value })) }, { signal }),
    ),
});

/** A secret, typed unseen. */
export const askSecret = (question: string, signal: AbortSignal): Promise<string> => answered(password({ message: question }, { signal }));

/** Ctrl-C at a question is an interruption, not a bug. */
const answered = async <Answer>(question: Promise<Answer>): Promise<Answer> => {
  try {
    return await question;
  } catch (thrown) {
    const left = thrown instanceof Error && (thrown.name === 'ExitPromptError' || thrown.name === 'AbortPromptError');
    throw left ? new Failure('INTERRUPTED', 'Interrupted at a question; nothing was done.') : thrown;
  }
};
