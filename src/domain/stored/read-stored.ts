import { Failure } from '../failure/failure.ts';
import type { Shape } from './shape.ts';

/** Which part of the ledger is read: `The plan stored with approval ap_1`. */
export interface Where {
  words: string;
  facts: Readonly<Record<string, unknown>>;
}

/** What was stored, as it is, once it is known to fit. `LEDGER_UNREADABLE`, with what does not fit, for what nobody wrote. */
export const readStored = <Value>(shape: Shape<Value>, name: string, stored: unknown, where: Where): Value => {
  const trouble = shape.troubleAt(name, stored);
  if (trouble !== null) throw unreadable(where, trouble);
  return stored as Value;
};

/** A row may be anybody's: of what it names no more is repeated than a line. */
export const unreadable = ({ words, facts }: Where, trouble: string, cause?: unknown): Failure =>
  new Failure('LEDGER_UNREADABLE', `${words} cannot be read: ${trouble.slice(0, 200)}.`, {
    facts,
    ...(cause === undefined ? {} : { cause }),
  });
