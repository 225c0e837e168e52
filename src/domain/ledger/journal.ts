/** The end of a ledger's audit trail, as the account published it when the ledger spent last. */
export interface PublishedHead {
  /** The ledger's random id. */
  id: string;
  /** The number of rows in the trail, and the hash of the last. */
  rows: number;
  head: string;
  /** When the ledger made the head, ms; of two heads the later counts. */
  at: number;
}

/** One CCN host's copy of an account's own journal: expiries in ms by item hash; null where the host did not answer. */
export interface JournalCopy {
  host: string;
  expiries: Readonly<Record<string, number>> | null;
  /** The head of the ledger that spent last; null where none is published. */
  head: PublishedHead | null | 'unreadable';
}

/** How many hosts must say the same: two, or one where only one is configured. */
const enough = (journals: readonly JournalCopy[]): number => Math.min(2, journals.length);

/** Did enough hosts answer, so that VMs may be ended by expiry (product.md §1 rule 4)? */
export const journalReadable = (journals: readonly JournalCopy[]): boolean =>
  journals.length > 0 && journals.filter(({ expiries }) => expiries !== null).length >= enough(journals);

const expiriesOf = (journals: readonly JournalCopy[], id: string): number[] =>
  journals.flatMap(({ expiries }) => expiries?.[id] ?? []).sort((a, b) => b - a);

/** The latest expiry of a VM on any host, ms; null where no host has one. Enforcers follow the later of this and the recorded expiry. */
export const latestExpiry = (journals: readonly JournalCopy[], id: string): number | null => expiriesOf(journals, id)[0] ?? null;

/** The expiry that counts as published, ms: enough hosts have it or a later one; null where they do not. */
export const publishedExpiry = (journals: readonly JournalCopy[], id: string): number | null =>
  (journals.length === 0 ? null : expiriesOf(journals, id)[enough(journals) - 1]) ?? null;
