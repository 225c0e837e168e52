import { createPublicKey, verify } from 'node:crypto';
import { utils } from 'ethers';

const bytesOf = (base58: unknown): Uint8Array | null => {
  try {
    return typeof base58 === 'string' ? utils.base58.decode(base58) : null;
  } catch {
    return null;
  }
};

/** Did the key of this Solana address (base58) sign the message? Plain ed25519; null where address or signature is none. */
export const signedBySolana = (address: string, message: Uint8Array, signature: Uint8Array | null): boolean | null => {
  const key = bytesOf(address);
  if (key?.length !== 32 || signature?.length !== 64) return null;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') };
  return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
};

/** A message's signature as Solana's and Eclipse's accounts write it (pyaleph: chains/solana.py): JSON in a string, all in base58. */
export const solanaSignatureHolds = (sender: string, message: Uint8Array, written: string): boolean => {
  try {
    const { signature, publicKey, version = 1 } = JSON.parse(written) as Record<string, unknown>;
    return version === 1 && publicKey === sender && signedBySolana(sender, message, bytesOf(signature)) === true;
  } catch {
    return false;
  }
};
