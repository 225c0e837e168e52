import { generateKeyPairSync, sign } from 'node:crypto';
import type { Signer } from '../../../ports/keys/keys.ts';

const keptMs = 10 * 60_000;
const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex');

/**
 * The two headers of a signed node call (protocol-crn.md §3): the wallet authorises a key that lives for this call, that key
 * signs time, method, path and domain. `at` is the network's time, ms: nodes refuse what is 2 minutes off.
 */
export const operatorHeaders = async (request: {
  signer: Signer;
  at: number;
  method: 'POST' | 'GET';
  /** Without query: the node does not count it in. */
  path: string;
  /** Bare host name of the node's URL. */
  domain: string;
}): Promise<Record<'X-SignedPubKey' | 'X-SignedOperation', string>> => {
  const { signer, at, method, path, domain } = request;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // not exported as a JWK: Node 20 can wait for ever there while the pair's making is collected. An SPKI of P-256 ends with x and y.
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-64);
  const [x, y] = [point.subarray(0, 32), point.subarray(32)].map((bytes) => bytes.toString('base64url'));
  const permit = JSON.stringify({
    pubkey: { kty: 'EC', crv: 'P-256', x, y },
    alg: 'ECDSA',
    domain,
    address: signer.address,
    expires: new Date(at + keptMs).toISOString(),
    chain: 'ETH',
  });
  const operation = JSON.stringify({ time: new Date(at).toISOString(), method, path, domain });
  const operationSignature = sign('sha256', Buffer.from(operation), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return {
    'X-SignedPubKey': JSON.stringify({ payload: hex(permit), signature: await signer.signBytes(Buffer.from(permit)) }),
    'X-SignedOperation': JSON.stringify({ payload: hex(operation), signature: operationSignature.toString('hex') }),
  };
};
