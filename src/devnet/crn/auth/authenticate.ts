import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { jsonError, unhandled } from '../world/crn-error.ts';
import { readSignedOperation } from './signed-operation.ts';
import { readSignedPubkey } from './signed-pubkey.ts';

export interface AuthRequest {
  method: string;
  /** Without the query string. */
  path: string;
  header(name: string): string | undefined;
}

const publicKey = (jwk: Record<string, unknown>): KeyObject => {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    throw unhandled('Invalid JWK', 'jwcrypto.jwk.InvalidJWKValue');
  }
};

/**
 * The address that speaks in this request, by its two signed headers. Throws CrnError in the order of protocol-crn.md 3.3: pubkey header,
 * operation header, domain, path, method, operation signature (ES256, raw r||s over the payload bytes).
 */
export const authenticate = (request: AuthRequest, domain: string, now: number): string => {
  const pubkey = readSignedPubkey(request.header('X-SignedPubKey'), now);
  const operation = readSignedOperation(request.header('X-SignedOperation'), now);
  if (operation.domain !== domain) throw jsonError(401, `Invalid domain: Signed: '${operation.domain}' != Request: '${domain}'`);
  if (operation.path !== request.path) throw jsonError(401, `Invalid path. Signed: '${operation.path}' != Request: '${request.path}'`);
  if (operation.method !== request.method)
    throw jsonError(401, `Invalid method. Signed: '${operation.method}' !=  request:'${request.method}`);
  const key = publicKey(pubkey.jwk);
  const good =
    operation.signature.length === 64 && verify('sha256', operation.payload, { key, dsaEncoding: 'ieee-p1363' }, operation.signature);
  if (!good) throw jsonError(401, 'Signature could not verified');
  return pubkey.address;
};
