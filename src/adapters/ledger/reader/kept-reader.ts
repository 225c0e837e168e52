import { frozen } from '../../../domain/stored/frozen.ts';
import type { LedgerReader } from '../../../ports/ledger.ts';
import type { Connection } from '../connection.ts';
import { ledgerReader } from './ledger-reader.ts';

interface Kept {
  version: unknown;
  answers: Map<string, unknown>;
}

/** By the connection: one that is opened anew counts its versions anew. */
const keptOf = new WeakMap<Connection, Kept>();

/** So many answers are kept; then all are asked for again. */
const mostKept = 5000;

/** These hang on more than rows, or see to themselves. */
const alwaysAsked: ReadonlySet<string> = new Set<keyof LedgerReader>(['operationByRequest', 'firstBrokenLink', 'walkAhead']);

/**
 * The reading half for a program that is asked the same again and again: an answer counts for as long as nobody writes, which each question looks at
 * first. So what anybody writes, here or in another process, is seen at once.
 */
export const keptReader = (connection: () => Connection, now: () => number): LedgerReader => {
  const answersNow = (): Map<string, unknown> => {
    const open = connection();
    const version = open.first('PRAGMA data_version')?.['data_version'];
    const known = keptOf.get(open);
    if (known !== undefined && known.version === version && known.answers.size < mostKept) return known.answers;
    const answers = new Map<string, unknown>();
    keptOf.set(open, { version, answers });
    return answers;
  };
  const once = <Answer>(question: string, answer: () => Answer): Answer => {
    const answers = answersNow();
    if (!answers.has(question)) answers.set(question, frozen(answer()));
    return answers.get(question) as Answer;
  };
  const reader = ledgerReader(connection, now);
  const asked = Object.entries(reader).map(([name, read]: [string, (...given: unknown[]) => unknown]) => {
    if (alwaysAsked.has(name)) return [name, read];
    const answer = (...given: unknown[]): unknown => once(`${name} ${JSON.stringify(given)}`, () => read(...given));
    // a list is its caller's own to sort
    return [name, (...given: unknown[]) => listed(answer(...given))];
  });
  return { ...(Object.fromEntries(asked) as LedgerReader), once };
};

const listed = (answer: unknown): unknown => (Array.isArray(answer) ? [...answer] : answer);
