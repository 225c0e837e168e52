import { Failure } from '../failure/failure.ts';
import type { Shape } from './shape.ts';

/** The part of the ledger that is read, for the failure: `The plan stored with approval ap_1`. */
export interface Where {
  words: string;
  facts: Readonly<Record<string, unknown>>;
}

/** The stored value, unchanged, once it is known to fit the shape. Throws `LEDGER_UNREADABLE` naming what does not fit. */
export const readStored = <Value>(shape: Shape<Value>, name: string, stored: unknown, where: Where): Value => {
  const trouble = shape.troubleAt(name, stored);
  if (trouble !== null) throw unreadable(where, trouble);
  return stored as Value;
};

/** `LEDGER_UNREADABLE` for a stored row. `trouble` is cut to 200 characters: it may quote the row, which anybody may have written. */
export const unreadable = ({ words, facts }: Where, trouble: string, cause?: unknown): Failure =>
  new Failure('LEDGER_UNREADABLE', `${words} cannot be read: ${trouble.slice(0, 200)}.`, {
    facts,
    ...(cause === undefined ? {} : { cause }),
  });
