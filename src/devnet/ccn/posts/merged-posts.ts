import type { MessageRow } from '../message.ts';
import type { CcnState } from '../state.ts';

/** A post with its latest amendment; `latest` is the post itself where it has none. Times in seconds. */
export interface MergedPost {
  original: MessageRow;
  latest: MessageRow;
  created: number;
  updated: number;
}

const timeOf = (row: MessageRow): number => row.content?.time ?? row.envelope.time;

/** What a post names as its `ref`; of a reference to a chain, the message. */
export const refOf = (row: MessageRow): string | null => {
  const ref = row.content?.['ref'];
  if (typeof ref === 'string') return ref;
  const hash = typeof ref === 'object' && ref !== null ? (ref as Record<string, unknown>)['item_hash'] : null;
  return typeof hash === 'string' ? hash : null;
};

export const isAmend = (row: MessageRow): boolean => row.content?.['type'] === 'amend';

/** All posts, amendments put where they belong: one counts if its own time is later than what it would replace (protocol-ccn §7.1). */
export const mergedPosts = (state: CcnState): MergedPost[] => {
  const posts = [...state.messages.values()].filter((row) => row.envelope.type === 'POST' && row.status === 'processed');
  const merged = new Map(
    posts
      .filter((row) => !isAmend(row))
      .map((row): [string, MergedPost] => [
        row.envelope.item_hash,
        { original: row, latest: row, created: timeOf(row), updated: timeOf(row) },
      ]),
  );
  for (const amend of posts.filter(isAmend)) {
    const post = merged.get(refOf(amend) ?? '');
    if (post === undefined || timeOf(amend) <= post.updated) continue;
    post.latest = amend;
    post.updated = timeOf(amend);
  }
  return [...merged.values()];
};
