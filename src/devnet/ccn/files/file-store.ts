import type { MessageRow } from '../message.ts';
import type { CcnState } from '../state.ts';

/** A file that nothing refers to any more, or not yet, is kept this long (pyaleph: storage.grace_period), ms. */
const GRACE_MS = 24 * 3_600_000;

/** All files together; a devnet keeps them in memory. */
export const MOST_KEPT_BYTES = 128 * 1024 * 1024;

const keptBytes = (state: CcnState): number => [...state.contents.values()].reduce((sum, bytes) => sum + bytes.length, 0);

/** Keeps a file; false where there is no room for it. */
export const keepFile = (state: CcnState, hash: string, bytes: Uint8Array): boolean => {
  if (state.contents.has(hash)) return true;
  if (keptBytes(state) + bytes.length > MOST_KEPT_BYTES) return false;
  state.contents.set(hash, bytes);
  state.files.set(hash, bytes.length);
  return true;
};

/** From now on the file may wait a day for somebody who refers to it. */
export const giveGrace = (state: CcnState, hash: string, now: number): void => {
  state.grace.push({ fileHash: hash, until: now + GRACE_MS });
};

/** How large the file of a STORE message is; null of any other message. All that is known of its size once the message has ended. */
export const storedSize = (state: CcnState, { envelope, content }: MessageRow): number | null =>
  envelope.type === 'STORE' ? (state.files.get(String(content?.['item_hash'])) ?? null) : null;

/** What keeps a file: STORE messages, messages whose content it is, days of grace. */
export const countPins = (state: CcnState, hash: string): number => {
  const content = state.messages.get(hash);
  const isContent =
    content !== undefined && content.envelope.item_type !== 'inline' && content.content !== null && state.contents.has(hash);
  const stores = [...state.pins.values()].filter((pin) => pin.fileHash === hash).length;
  return stores + (isContent ? 1 : 0) + state.grace.filter((grace) => grace.fileHash === hash).length;
};

/** The daily collection: grace that is over ends, and what no host refers to is gone. The hosts share their files. */
export const collectFiles = (states: readonly CcnState[], now: number): void => {
  const [shared] = states;
  if (shared === undefined) return;
  const left = shared.grace.filter((grace) => grace.until >= now);
  shared.grace.splice(0, shared.grace.length, ...left);
  for (const hash of [...shared.contents.keys()]) {
    if (states.some((state) => countPins(state, hash) > 0)) continue;
    shared.contents.delete(hash);
    shared.files.delete(hash);
  }
};
