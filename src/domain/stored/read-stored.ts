import { Failure } from '../failure/failure.ts';
import { isFrozen } from './frozen.ts';
import type { Shape } from './shape.ts';

/** The part of the ledger that is read, for the failure: `The plan stored with approval ap_1`. */
export interface Where {
  words: string;
  facts: Readonly<Record<string, unknown>>;
}

const sound = new WeakMap<object, Set<unknown>>();

/**
 * What does not fit the shape; null where all does. A frozen value cannot change: it is looked at once for each kind of thing that it may be, as
 * long as somebody has it. A policy with hundreds of agents is read several times in a call.
 */
export const troubleIn = <Value>(shape: Pick<Shape<Value>, 'troubleAt'>, kind: unknown, name: string, stored: unknown): string | null => {
  if (!isFrozen(stored)) return shape.troubleAt(name, stored);
  const kinds = sound.get(stored) ?? new Set();
  if (kinds.has(kind)) return null;
  const trouble = shape.troubleAt(name, stored);
  if (trouble === null) sound.set(stored, kinds.add(kind));
  return trouble;
};

/** The stored value, unchanged, once it is known to fit the shape. Throws `LEDGER_UNREADABLE` naming what does not fit. */
export const readStored = <Value>(shape: Shape<Value>, name: string, stored: unknown, where: Where, kind: unknown = shape): Value => {
  const trouble = troubleIn(shape, kind, name, stored);
  if (trouble !== null) throw unreadable(where, trouble);
  return stored as Value;
};

/** `LEDGER_UNREADABLE` for a stored row. `trouble` is cut to 200 characters: it may quote the row, which anybody may have written. */
export const unreadable = ({ words, facts }: Where, trouble: string, cause?: unknown): Failure =>
  new Failure('LEDGER_UNREADABLE', `${words} cannot be read: ${trouble.slice(0, 200)}.`, {
    facts,
    ...(cause === undefined ? {} : { cause }),
  });
