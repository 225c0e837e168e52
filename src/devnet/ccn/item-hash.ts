import { createHash } from 'node:crypto';

/** What a message or file travels under (protocol-ccn §1.1): any 64 characters are a storage hash; CIDs are ipfs; the rest is unknown. */
export const itemTypeOf = (hash: string): 'ipfs' | 'storage' | null => {
  if (/^Qm.{42,44}$/.test(hash)) return 'ipfs';
  if (/^bafy.{55}$/.test(hash)) return 'ipfs';
  return hash.length === 64 ? 'storage' : null;
};

/** What the message model takes for an item hash, wherever one is named: stricter than what a message may travel under. */
export const isItemHash = (hash: string): boolean =>
  /^Qm[1-9A-HJ-NP-Za-km-z]{42,44}$/.test(hash) || /^bafy[a-z2-7]{55}$/.test(hash) || /^[0-9a-f]{64}$/.test(hash);

/** The hash of inline content: over the exact text that travelled. */
export const sha256Hex = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
