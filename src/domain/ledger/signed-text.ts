import { createHash } from 'node:crypto';

/** A signed message as the ledger keeps it. */
export interface Stored {
  id: string;
  /** The request body, byte for byte as it was or will be sent. */
  bytes: string;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const objectIn = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

const messageOf = ({ bytes }: Stored): Record<string, unknown> | null => {
  const message = objectIn(bytes)?.['message'];
  return isObject(message) ? message : null;
};

/** Is a stored message unaltered, its id still the SHA-256 of its content (protocol-ccn.md §1)? */
export const isWhole = (stored: Stored): boolean => {
  const message = messageOf(stored);
  const content = message?.['item_content'];
  if (message === null || typeof content !== 'string') return false;
  return message['item_hash'] === stored.id && createHash('sha256').update(content, 'utf8').digest('hex') === stored.id;
};

/** The signed content of a stored message; null where the message was altered. */
export const contentOf = (stored: Stored): Readonly<Record<string, unknown>> | null =>
  isWhole(stored) ? objectIn(String(messageOf(stored)?.['item_content'])) : null;

/** The signer of a stored message and the account it acts for; null where the message was altered. */
export const partiesOf = (stored: Stored): { sender: string; owner: string } | null => {
  const [owner, sender] = [contentOf(stored)?.['address'], messageOf(stored)?.['sender']];
  return typeof owner === 'string' && typeof sender === 'string' ? { sender, owner } : null;
};

/** The channel of a stored message, which nothing proves: neither its hash nor its signature covers it. null where it has none. */
export const channelOf = (stored: Stored): string | null => {
  const channel = messageOf(stored)?.['channel'];
  return typeof channel === 'string' ? channel : null;
};

/** The signature of a stored message; null where it has none. */
export const signatureOf = (stored: Stored): string | null => {
  const signature = messageOf(stored)?.['signature'];
  return typeof signature === 'string' ? signature : null;
};

/** Replaces everything in a text that looks like a signature, except the signatures in `open`, which are public already. */
export const redactSignatures = (text: string, open: ReadonlySet<string>): string =>
  text.replace(/0x[0-9a-fA-F]{130}/g, (found) => (open.has(found) ? found : 'redacted'));
