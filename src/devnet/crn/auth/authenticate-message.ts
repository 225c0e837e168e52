import { jsonError } from '../world/crn-error.ts';
import { requireSignature } from './require-signature.ts';
import { readSignedOperation } from './signed-operation.ts';
import { readSignedPubkey } from './signed-pubkey.ts';

/**
 * The address that speaks on a websocket, by the `auth` of its first text: the two headers as objects, whose path and method nobody compares
 * (protocol-crn.md 3.4). Throws CrnError.
 */
export const authenticateMessage = (auth: Readonly<Record<string, unknown>>, domain: string, now: number): string => {
  const text = (name: string): string | undefined => (auth[name] === undefined ? undefined : JSON.stringify(auth[name]));
  const pubkey = readSignedPubkey(text('X-SignedPubKey'), now);
  const operation = readSignedOperation(text('X-SignedOperation'), now);
  if (operation.domain !== domain) throw jsonError(401, 'Invalid domain');
  requireSignature(pubkey, operation);
  return pubkey.address;
};
