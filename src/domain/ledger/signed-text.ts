import { createHash } from 'node:crypto';

interface Stored {
  id: string;
  /** The request body, byte for byte as it was or will be sent. */
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

/** Is a stored message unaltered, its id still the SHA-256 of its content (protocol-ccn.md §1)? */
export const isWhole = (stored: Stored): boolean => {
  const message = messageOf(stored);
  const content = message?.['item_content'];
  if (message === null || typeof content !== 'string') return false;
  return message['item_hash'] === stored.id && createHash('sha256').update(content, 'utf8').digest('hex') === stored.id;
};

/** The signer of a stored message and the account it acts for; null where the message was altered. */
export const partiesOf = (stored: Stored): { sender: string; owner: string } | null => {
  const message = isWhole(stored) ? messageOf(stored) : null;
  if (message === null) return null;
  const { address } = JSON.parse(String(message['item_content'])) as { address?: unknown };
  return typeof address === 'string' && typeof message['sender'] === 'string' ? { sender: message['sender'], owner: address } : null;
};

/** The signature of a stored message; null where it has none. */
export const signatureOf = (stored: Stored): string | null => {
  const signature = messageOf(stored)?.['signature'];
  return typeof signature === 'string' ? signature : null;
};

/** Replaces everything in a text that looks like a signature, except the signatures in `open`, which are public already. */
export const redactSignatures = (text: string, open: ReadonlySet<string>): string =>
  text.replace(/0x[0-9a-fA-F]{130}/g, (found) => (open.has(found) ? found : 'redacted'));
