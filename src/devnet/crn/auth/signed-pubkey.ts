import { utils } from 'ethers';
import { pythonIso } from '../../world/python-iso.ts';
import { signedBySolana } from '../../world/solana-signature.ts';
import { jsonError, unhandled } from '../world/crn-error.ts';

/** The ephemeral key that a wallet authorised, and that wallet's address as it was written. */
export interface SignedPubkey {
  address: string;
  jwk: Record<string, unknown>;
}

const malformed = () => jsonError(400, 'Invalid X-SignedPubKey data');

/** Bytes of a hex string as Python's `bytes.fromhex` reads it, which allows spaces between bytes; null when it is none. */
export const fromHex = (text: unknown): Buffer | null =>
  typeof text === 'string' && /^(?:\s*[0-9a-f]{2})*\s*$/i.test(text) ? Buffer.from(text.replace(/\s/g, ''), 'hex') : null;

export const parseObject = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

const recovered = (payload: Buffer, signature: Buffer): string => {
  try {
    return utils.verifyMessage(payload, signature);
  } catch {
    throw malformed();
  }
};

/**
 * Reads `X-SignedPubKey` at `now` (ms): unexpired, signed by a wallet of ETH (EIP-191 over the raw payload bytes) or SOL (ed25519 over the
 * payload as hex, as aleph-vm's authentication.py has it). Throws CrnError with the texts of protocol-crn.md 3.3.
 */
export const readSignedPubkey = (header: string | undefined, now: number): SignedPubkey => {
  if (header === undefined || header === '') throw jsonError(400, 'Missing X-SignedPubKey header');
  try {
    JSON.parse(header);
  } catch {
    throw jsonError(400, 'Invalid X-SignedPubKey format');
  }
  const envelope = parseObject(header);
  const payload = fromHex(envelope?.['payload']);
  const written = envelope?.['signature'];
  const signature = fromHex(typeof written === 'string' ? written.replace(/^0x/, '') : null);
  if (payload === null || signature === null) throw malformed();
  const content = parseObject(payload.toString('utf8'));
  const { pubkey, address, expires, chain = 'ETH' } = content ?? {};
  if (typeof pubkey !== 'object' || pubkey === null || Array.isArray(pubkey)) throw malformed();
  if (typeof address !== 'string' || typeof expires !== 'string') throw malformed();
  const until = pythonIso(expires);
  if (until === null) throw malformed();
  if (until.naive) throw unhandled("can't compare offset-naive and offset-aware datetimes", 'TypeError');
  if (until.ms <= now) throw jsonError(401, 'Token expired');
  if (chain !== 'ETH' && chain !== 'SOL') throw malformed();
  const holds =
    chain === 'SOL'
      ? signedBySolana(address, Buffer.from(payload.toString('hex')), signature)
      : recovered(payload, signature).toLowerCase() === address.toLowerCase();
  if (holds === null) throw malformed();
  if (!holds) throw jsonError(401, 'Invalid signature');
  return { address, jwk: pubkey as Record<string, unknown> };
};
