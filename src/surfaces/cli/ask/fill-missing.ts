import type { Described } from '../../../contract/declare/describe.ts';
import type { Person } from '../../consent.ts';
import { typed } from '../parse/raw-input.ts';

/** Inputs that one chooses among what there is, by key. */
export type Pickers = Readonly<Record<string, () => Promise<string>>>;

/**
 * Asks for required inputs that are missing, and for inputs that the command has a question for. An empty answer leaves the latter absent.
 */
export const fillMissing = async (
  command: Described,
  raw: Readonly<Record<string, unknown>>,
  person: Person,
  pickers: Pickers,
): Promise<Record<string, unknown>> => {
  const filled: Record<string, unknown> = { ...raw };
  for (const field of command.inputs) {
    const question = command.questions[field.key];
    const pick = pickers[field.key];
    const wanted = field.required || pick !== undefined || (question !== undefined && field.default === null);
    const open = filled[field.key] === undefined && wanted;
    if (!open || field.type === 'boolean') continue;
    const answer =
      pick === undefined
        ? await person.answer(question ?? `${field.description || field.flag}:`, { choices: field.choices })
        : await pick();
    if (answer !== '') filled[field.key] = typed(field, field.many ? answer.split(/\s+/) : answer);
  }
  return filled;
};
