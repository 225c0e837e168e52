/** Which ledger spent last from an account, and how far its audit trail had come: what the account itself has made public. */
export interface PublishedHead {
  /** Of the ledger, random. */
  id: string;
  /** How many rows the trail had, and the hash of the last. */
  rows: number;
  head: string;
  /** Ms; the later of two counts. */
  at: number;
}

/** What one CCN host has in an account's own journal: expiries in ms by item hash. `null`: it did not answer. */
export interface JournalWord {
  host: string;
  expiries: Readonly<Record<string, number>> | null;
  /** The head of the ledger that spent last; null: none is public. */
  head: PublishedHead | null | 'unreadable';
}

/** As many hosts as must say the same; where only one is configured, that one. */
const enough = (words: readonly JournalWord[]): number => Math.min(2, words.length);

/** Did enough hosts answer for anything to be ended by expiry (product.md §1 rule 4)? */
export const journalReadable = (words: readonly JournalWord[]): boolean =>
  words.length > 0 && words.filter(({ expiries }) => expiries !== null).length >= enough(words);

const expiriesOf = (words: readonly JournalWord[], id: string): number[] =>
  words.flatMap(({ expiries }) => expiries?.[id] ?? []).sort((a, b) => b - a);

/** The latest expiry that any host has for a VM; null where none has one. Enforcers take the later of this and the recorded one. */
export const latestExpiry = (words: readonly JournalWord[], id: string): number | null => expiriesOf(words, id)[0] ?? null;

/** The expiry that enough hosts have, or a later one; null where they do not. This is what counts as published. */
export const publishedExpiry = (words: readonly JournalWord[], id: string): number | null =>
  (words.length === 0 ? null : expiriesOf(words, id)[enough(words) - 1]) ?? null;
