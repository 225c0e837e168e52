import { jsonError } from '../world/crn-error.ts';
import { requireSignature } from './require-signature.ts';
import { readSignedOperation } from './signed-operation.ts';
import { readSignedPubkey } from './signed-pubkey.ts';

export interface AuthRequest {
  method: string;
  /** Without the query string. */
  path: string;
  header(name: string): string | undefined;
}

/**
 * The address that speaks in this request, by its two signed headers. Throws CrnError in the order of protocol-crn.md 3.3: pubkey header,
 * operation header, domain, path, method, operation signature (ES256, raw r||s over the payload bytes).
 */
export const authenticate = (request: AuthRequest, domain: string, now: number): string => {
  const pubkey = readSignedPubkey(request.header('X-SignedPubKey'), now);
  const operation = readSignedOperation(request.header('X-SignedOperation'), now);
  if (operation.domain !== domain) throw jsonError(401, `Invalid domain: Signed: '${operation.domain}' != Request: '${domain}'`);
  if (operation.path !== request.path)
    throw jsonError(401, `Invalid path. Signed: '${operation.path}' !=  requested path: '${request.path}'`);
  if (operation.method !== request.method)
    throw jsonError(401, `Invalid method. Signed: '${operation.method}' !=  request:'${request.method}`);
  requireSignature(pubkey, operation);
  return pubkey.address;
};
