import { createHash } from 'node:crypto';

/** protocol-ccn §1.1: any 64 characters are a storage hash; CIDs are ipfs; the rest is unknown. */
export const itemTypeOf = (hash: string): 'ipfs' | 'storage' | null => {
  if (/^Qm.{42,44}$/.test(hash)) return 'ipfs';
  if (/^bafy.{55}$/.test(hash)) return 'ipfs';
  return hash.length === 64 ? 'storage' : null;
};

/** The hash of inline content: over the exact text that travelled. */
export const sha256Hex = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
