import type { OwnTrail } from './audit-head.ts';
import type { HeadWord, KeptHead, PublishedHead } from './journal.ts';

export type HeadStanding =
  /** Two hosts show a head of this trail with the row in it, and no host keeps one of another trail beside it. */
  | { kind: 'public'; head: PublishedHead }
  /** Not on enough hosts yet; `answered` hosts told. */
  | { kind: 'unshown'; answered: number; needed: number; seenAt: number }
  /** Another trail's head is there, that was made before ours: ours is given up. Or after ours: that one is to be given up. */
  | { kind: 'behind' | 'ahead'; other: PublishedHead; own: KeptHead[]; seenAt: number };

const isBefore = (a: PublishedHead, b: PublishedHead): boolean => a.at < b.at || (a.at === b.at && a.head < b.head);

const first = (heads: readonly PublishedHead[]): PublishedHead | null =>
  heads.reduce<PublishedHead | null>((found, head) => (found === null || isBefore(head, found) ? head : found), null);

/**
 * May what a row of this trail pays for be sent? Only where the row is public before, and no copy of the ledger can have the same answer: of
 * two that publish a head each and read afterwards, one at least finds the other's, since every host keeps both messages. `since`: the time of
 * this ledger's last head that was found so, ms; another trail's heads from before then were judged then.
 */
export const headStanding = (
  words: readonly HeadWord[],
  own: OwnTrail,
  { row, since }: { row: number; since: number | null },
): HeadStanding => {
  const needed = Math.max(1, Math.min(2, words.length));
  const readable = words.flatMap(({ shown, kept }) => (kept === null || shown === 'unreadable' ? [] : [{ shown, kept }]));
  const fits = ({ id, rows, head }: PublishedHead): boolean => id === own.id && rows <= own.rows && own.hashAt(rows) === head;
  const kept = readable.flatMap((word) => word.kept).filter(({ at }) => at > (since ?? 0));
  const shown = readable.flatMap((word) => word.shown ?? []);
  const seenAt = Math.max(0, ...[...kept, ...shown].map(({ at }) => at));
  const others = [...kept, ...shown.filter(({ at }) => at > (since ?? 0))].filter((head) => !fits(head));
  const other = first(others);
  if (other !== null) {
    // Only a head with the row in it is certainly no copy's.
    const ours = kept.filter((head) => fits(head) && head.rows >= row);
    const earliest = first(ours);
    return { kind: earliest !== null && isBefore(earliest, other) ? 'ahead' : 'behind', other, own: ours, seenAt };
  }
  const showing = shown.filter((head) => fits(head) && head.rows >= row);
  const head = first(showing);
  return head !== null && showing.length >= needed
    ? { kind: 'public', head }
    : { kind: 'unshown', answered: readable.length, needed, seenAt };
};
