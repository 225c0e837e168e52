import type { Style } from '../../../contract/declare/style.ts';
import type { Failure } from '../../../domain/failure/failure.ts';
import type { Person } from '../../consent.ts';

/** What there is to choose from where a command was typed without it. */
export interface Candidates {
  /** One of them, as in "the only VM". */
  noun: string;
  head: readonly string[];
  goFirst?: readonly string[];
  rows: readonly { value: string; cells: readonly string[]; about?: string; said: string }[];
  /** There is none. */
  none: Failure;
}

/** Lets the person choose one; a single one is taken, and said. Resolves with its value. Throws `none` where there is none. */
export const pick = async (
  { noun, head, goFirst, rows, none }: Candidates,
  person: Person,
  style: Style,
  say: (text: string) => void,
): Promise<string> => {
  const [first, ...others] = rows;
  if (first === undefined) throw none;
  if (others.length === 0) {
    say(`${style.dim(`the only ${noun}:`)} ${first.said}\n`);
    return first.value;
  }
  const choices = rows.map(({ value, cells, about }) => ({ cells, gives: { value }, ...(about === undefined ? {} : { about }) }));
  const choice = await person.choose({ message: `Which ${noun}?`, head, goFirst, choices, start: 0 });
  return choice.gives['value'] ?? first.value;
};
