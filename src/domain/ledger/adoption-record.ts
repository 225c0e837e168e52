import { type JournalCopy, publishedExpiry } from './journal.ts';

/** A VM as the network lists it. `ours`: its metadata carries our marker; `expiresAt`: the expiry beside the marker, ms. */
interface Listed {
  id: string;
  ours: boolean;
  signedAt: number;
  expiresAt: number | null;
}

/** Is the VM ours already? Its marker says so, or enough hosts have an expiry that this account published for it when it adopted it. */
export const isClaimed = ({ id, ours }: Pick<Listed, 'id' | 'ours'>, journals: readonly JournalCopy[]): boolean =>
  ours || publishedExpiry(journals, id) !== null;

/**
 * The VM's expiry by the public record, ms: the later of marker and journal; null where neither has one. The marker of a VM that this ledger did
 * not make counts up to the longest lifetime only: whoever signed it may have written any time there.
 */
export const expiryOfRecord = (
  { id, ours, signedAt, expiresAt }: Listed,
  journals: readonly JournalCopy[],
  maxTtlSeconds: number,
): number | null => {
  const marked = ours && expiresAt !== null ? Math.min(expiresAt, signedAt + maxTtlSeconds * 1000) : null;
  const published = publishedExpiry(journals, id);
  return marked === null || published === null ? (marked ?? published) : Math.max(marked, published);
};
