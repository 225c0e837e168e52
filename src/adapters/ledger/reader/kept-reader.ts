import { frozen } from '../../../domain/stored/frozen.ts';
import type { LedgerReader } from '../../../ports/ledger.ts';
import type { Connection } from '../connection.ts';
import { ledgerReader } from './ledger-reader.ts';

interface Kept {
  version: unknown;
  answers: Map<string, unknown>;
  /** What the answers weigh together. */
  bytes: number;
}

/** By the connection: one that is opened anew counts its versions anew. */
const keptOf = new WeakMap<Connection, Kept>();

/**
 * Answers of so many bytes are kept, which are some 25,000 rows; with the next one all are let go and asked for again. The bound is of
 * bytes, because one answer may hold all requests of two days.
 */
const mostBytes = 32 * 1024 * 1024;

/** These hang on more than rows, or see to themselves. */
const alwaysAsked: ReadonlySet<string> = new Set<keyof LedgerReader>(['operationByRequest', 'firstBrokenLink', 'walkAhead']);

/** Tells of a question whether it holds an instant, as what looks back from now does: it is never asked again, and its answer is large. */
const looksBack = (name: string, [filter]: readonly unknown[]): boolean =>
  (name === 'effects' || name === 'expenses') && (filter as { since?: number } | undefined)?.since !== undefined;

/**
 * The reading half for a program that is asked the same again and again: an answer counts for as long as nobody writes, which each question
 * looks at first. So what anybody writes, here or in another process, is seen at once.
 */
export const keptReader = (connection: () => Connection, now: () => number): LedgerReader => {
  const once = <Answer>(question: string, answer: () => Answer): Answer => {
    const kept = keptNow(connection());
    if (kept === null) return answer();
    if (kept.answers.has(question)) return kept.answers.get(question) as Answer;
    // it is kept for the version that was looked at before it was read: where anybody writes meanwhile, the next look lets it go
    const found = frozen(answer());
    keep(kept, question, found);
    return found;
  };
  const reader = ledgerReader(connection, now);
  const asked = Object.entries(reader).map(([name, read]: [string, (...given: unknown[]) => unknown]) => {
    if (alwaysAsked.has(name)) return [name, read];
    const answer = (...given: unknown[]): unknown =>
      looksBack(name, given) ? read(...given) : once(`${name} ${JSON.stringify(given)}`, () => read(...given));
    // a list is its caller's own to sort
    return [name, (...given: unknown[]) => listed(answer(...given))];
  });
  return { ...(Object.fromEntries(asked) as LedgerReader), once };
};

/** What is kept of what this connection sees now; null for one that never sees what others write. */
const keptNow = (connection: Connection): Kept | null => {
  if (connection.isImmutable) return null;
  const version = connection.first('PRAGMA data_version')?.['data_version'];
  const known = keptOf.get(connection);
  if (known !== undefined && known.version === version) return known;
  const kept: Kept = { version, answers: new Map(), bytes: 0 };
  keptOf.set(connection, kept);
  return kept;
};

const keep = (kept: Kept, question: string, answer: unknown): void => {
  const bytes = weightOf(question) + weightOf(answer);
  if (bytes > mostBytes) return;
  if (kept.bytes + bytes > mostBytes) {
    kept.answers.clear();
    kept.bytes = 0;
  }
  kept.answers.set(question, answer);
  kept.bytes += bytes;
};

/** About what a value takes in memory, bytes, and rather more than less. */
const weightOf = (value: unknown): number => {
  if (typeof value === 'string') return 24 + value.length;
  if (typeof value !== 'object' || value === null) return 24;
  return Object.values(value).reduce<number>((sum, member) => sum + 8 + weightOf(member), 48);
};

const listed = (answer: unknown): unknown => (Array.isArray(answer) ? [...answer] : answer);
