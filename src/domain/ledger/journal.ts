/** Who besides the agent has a say in an account's spending, as far as the ledger knows that made the head. */
export interface Governance {
  /** The approver's address in lower case; null: a person at a terminal approves. */
  approver: string | null;
  /** Whether the machine had a policy of its own. */
  rootPolicy: boolean;
}

/** The end of a ledger's audit trail, as the account published it when the ledger spent last. */
export interface PublishedHead {
  /** The ledger's random id. */
  id: string;
  /** The number of rows in the trail, and the hash of the last. */
  rows: number;
  head: string;
  /** When the ledger made the head, ms; of two heads the later counts. */
  at: number;
  /** null: a version made the head that did not say. */
  governance: Governance | null;
}

/** One CCN host's copy of an account's own journal: expiries in ms by item hash; null where the host did not answer. */
export interface JournalCopy {
  host: string;
  expiries: Readonly<Record<string, number>> | null;
  /** The head of the ledger that spent last; null where none is published. */
  head: PublishedHead | null | 'unreadable';
}

/** A head as a message that a host keeps, also where a later one stands in its place by now. */
export interface KeptHead extends PublishedHead {
  /** The message's item hash. */
  message: string;
}

/** One CCN host's word on the heads of an account. */
export interface HeadWord {
  host: string;
  /** The head that counts there. */
  shown: JournalCopy['head'];
  /** All heads since a time; null where they could not be read. */
  kept: KeptHead[] | null;
}

/** How many hosts must say the same: two, or one where only one is configured. */
const enough = (journals: readonly JournalCopy[]): number => Math.min(2, journals.length);

/** The time of the newest head that any host shows, ms; 0 where none does. */
export const newestHead = (journals: readonly JournalCopy[]): number =>
  Math.max(0, ...journals.map(({ head }) => (head === null || head === 'unreadable' ? 0 : head.at)));

/** Did enough hosts answer, so that VMs may be ended by expiry (product.md §1 rule 4)? */
export const journalReadable = (journals: readonly JournalCopy[]): boolean =>
  journals.length > 0 && journals.filter(({ expiries }) => expiries !== null).length >= enough(journals);

const expiriesOf = (journals: readonly JournalCopy[], id: string): number[] =>
  journals.flatMap(({ expiries }) => expiries?.[id] ?? []).sort((a, b) => b - a);

export interface PutOff {
  /** ms. */
  until: number;
  /** Whether enough hosts have this expiry or a later one. */
  agreed: boolean;
}

/**
 * Until when the hosts' copies put off the end of a VM: the latest expiry that fewer than two hosts contradict by an earlier one, or by none.
 * null where there is no such expiry. What one host alone says may be an extension that is still on its way, or a lie: `agreed` tells them from
 * what counts.
 */
export const putOffUntil = (journals: readonly JournalCopy[], id: string): PutOff | null => {
  const said = journals.flatMap(({ expiries }) => (expiries === null ? [] : (expiries[id] ?? 0))).sort((a, b) => b - a);
  const until = said.find((at) => said.filter((other) => other < at).length < enough(journals)) ?? 0;
  return until === 0 ? null : { until, agreed: said.filter((at) => at >= until).length >= enough(journals) };
};

/** The expiry that counts as published, ms: enough hosts have it or a later one; null where they do not. */
export const publishedExpiry = (journals: readonly JournalCopy[], id: string): number | null =>
  (journals.length === 0 ? null : expiriesOf(journals, id)[enough(journals) - 1]) ?? null;
