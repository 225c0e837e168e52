import { type JournalWord, publishedExpiry } from './journal.ts';

/** A VM as the network lists it: does its metadata carry our marker, and the expiry beside it (ms). */
interface Listed {
  id: string;
  ours: boolean;
  expiresAt: number | null;
}

/** Its marker says that it is ours, or two hosts have an expiry that this account has published for it: it was adopted. */
export const isClaimed = ({ id, ours }: Listed, words: readonly JournalWord[]): boolean => ours || publishedExpiry(words, id) !== null;

/** When it ends by the public record: the later of marker and journal; null where neither says. */
export const expiryOfRecord = ({ id, ours, expiresAt }: Listed, words: readonly JournalWord[]): number | null => {
  const marked = ours ? expiresAt : null;
  const published = publishedExpiry(words, id);
  return marked === null || published === null ? (marked ?? published) : Math.max(marked, published);
};
