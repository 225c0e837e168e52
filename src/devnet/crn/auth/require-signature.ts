import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { jsonError, unhandled } from '../world/crn-error.ts';
import type { SignedOperation } from './signed-operation.ts';
import type { SignedPubkey } from './signed-pubkey.ts';

const publicKey = (jwk: Record<string, unknown>): KeyObject => {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    throw unhandled('Invalid JWK', 'jwcrypto.jwk.InvalidJWKValue');
  }
};

/** Requires that the ephemeral key signed the operation (ES256, raw r||s over the payload bytes). Throws CrnError. */
export const requireSignature = ({ jwk }: SignedPubkey, { payload, signature }: SignedOperation): void => {
  const key = publicKey(jwk);
  const good = signature.length === 64 && verify('sha256', payload, { key, dsaEncoding: 'ieee-p1363' }, signature);
  if (!good) throw jsonError(401, 'Signature could not verified');
};
