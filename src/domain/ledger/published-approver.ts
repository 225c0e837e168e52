import type { JournalCopy } from './journal.ts';

/** The approver that the account's own public head names. */
export interface PublishedApprover {
  address: string;
  /** When the newest head that names it was made, ms. */
  at: number;
}

/**
 * Returns the approver whom enough hosts name in the account's published head, so that it outlives a ledger that somebody deletes or rewrites;
 * null where they name none. What one host alone says binds nobody.
 */
export const publishedApprover = (journals: readonly JournalCopy[]): PublishedApprover | null => {
  const named = journals.flatMap(({ head }) => {
    const address = typeof head === 'object' && head !== null ? (head.governance?.approver ?? null) : null;
    return address === null || typeof head !== 'object' || head === null ? [] : [{ address, at: head.at }];
  });
  const enough = Math.max(1, Math.min(2, journals.length));
  const agreed = named.filter(({ address }) => named.filter((other) => other.address === address).length >= enough);
  return agreed.reduce<PublishedApprover | null>((newest, each) => (newest === null || each.at > newest.at ? each : newest), null);
};

/** Do enough hosts show that the ledger which made the account's head was under a policy of its machine's own? */
export const publishedRootPolicy = (journals: readonly JournalCopy[]): boolean =>
  journals.filter(({ head }) => typeof head === 'object' && head?.governance?.rootPolicy === true).length >=
  Math.max(1, Math.min(2, journals.length));
