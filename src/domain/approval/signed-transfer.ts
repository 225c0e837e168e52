import { createHash } from 'node:crypto';
import { jsonOf } from '../text/json-of.ts';

/** A POST as its sender signed it. The signature covers neither channel nor time of arrival (protocol-ccn.md §1.1). */
export interface SignedPost {
  id: string;
  chain: string;
  sender: string;
  /** The signed text. */
  content: string;
  signature: string;
}

/** What a transfer's signed text says. */
export interface TransferWords {
  /** `content.address`: the account that the credits leave. */
  from: string;
  /** `content.time`, ms. */
  at: number;
  /** `expiresAt`: ms; null for credits that never expire. */
  to: { address: string; credits: bigint; expiresAt: number | null }[];
}

type Members = Readonly<Record<string, unknown>>;

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? (value as Members) : {});

const creditOf = (value: unknown): TransferWords['to'] => {
  const { address, amount, expiration = null } = membersOf(value);
  const expires = expiration === null || Number.isSafeInteger(expiration);
  if (typeof address !== 'string' || !Number.isSafeInteger(amount) || Number(amount) < 1 || !expires) return [];
  return [{ address, credits: BigInt(Number(amount)), expiresAt: expiration === null ? null : Number(expiration) }];
};

/** Reads the text of a transfer (protocol-ccn.md §5.6); null where it is none. */
export const readTransfer = (content: string): TransferWords | null => {
  const { address, time, type, content: body } = membersOf(jsonOf(content));
  const credits = membersOf(membersOf(body)['transfer'])['credits'];
  if (typeof address !== 'string' || typeof time !== 'number' || type !== 'aleph_credit_transfer' || !Array.isArray(credits)) return null;
  const to = credits.flatMap(creditOf);
  return to.length === credits.length ? { from: address, at: Math.round(time * 1000), to } : null;
};

/** The text that a POST's signature is over (protocol-ccn.md §1.3); null where its id is not the hash of its content. */
export const signedLines = ({ id, chain, sender, content }: SignedPost): string | null =>
  createHash('sha256').update(content, 'utf8').digest('hex') === id ? `${chain}\n${sender}\nPOST\n${id}` : null;

/** A signed POST, as an approval's row keeps it in the place of an approver's signature. */
export const storedPost = (post: SignedPost): string => JSON.stringify(post);

/** Reads a stored POST; null for a signature of any other kind. */
export const readStoredPost = (text: string | null): SignedPost | null => {
  const { id, chain, sender, content, signature } = membersOf(jsonOf(text ?? ''));
  const members = [id, chain, sender, content, signature];
  return members.every((member) => typeof member === 'string') ? ({ id, chain, sender, content, signature } as SignedPost) : null;
};
