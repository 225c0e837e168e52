import { createHash } from 'node:crypto';

interface Stored {
  id: string;
  /** The request body, as it was or is to be sent. */
  bytes: string;
}

const messageOf = ({ bytes }: Stored): Record<string, unknown> | null => {
  try {
    const { message } = JSON.parse(bytes) as { message?: unknown };
    return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/** Is a stored message still what was signed: is its id the SHA-256 of its content (protocol-ccn.md §1)? */
export const isWhole = (stored: Stored): boolean => {
  const message = messageOf(stored);
  const content = message?.['item_content'];
  if (message === null || typeof content !== 'string') return false;
  return message['item_hash'] === stored.id && createHash('sha256').update(content, 'utf8').digest('hex') === stored.id;
};

/** Its signature; null where there is none. */
export const signatureOf = (stored: Stored): string | null => {
  const signature = messageOf(stored)?.['signature'];
  return typeof signature === 'string' ? signature : null;
};

/** Anything that looks like a signature, and is none of those that are public already, is taken out of a text. */
export const redactSignatures = (text: string, open: ReadonlySet<string>): string =>
  text.replace(/0x[0-9a-fA-F]{130}/g, (found) => (open.has(found) ? found : 'redacted'));
