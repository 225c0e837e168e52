import { generateKeyPairSync, sign } from 'node:crypto';
import { ethers } from 'ethers';
import { describe, expect, it } from 'vitest';
import { authenticate } from '../../../../src/devnet/crn/auth/authenticate.ts';
import { CrnError } from '../../../../src/devnet/crn/world/crn-error.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const wallet = new ethers.Wallet(`0x${'11'.repeat(32)}`);
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

interface Changes {
  pubkey?: Record<string, unknown>;
  operation?: Record<string, unknown>;
  signText?: boolean;
  prefix?: 'pubkey' | 'operation';
  headers?: Record<string, string>;
}

/** Like the recorded cases, for those of their kinds that are described but not among the fixtures (protocol-ccn.md 12). */
const verdict = ({ pubkey = {}, operation = {}, signText = false, prefix, headers = {} }: Changes): [number, unknown] => {
  const jwk = publicKey.export({ format: 'jwk' });
  const keyText = JSON.stringify({ pubkey: jwk, address: wallet.address, expires: '2026-11-21T12:00:00Z', ...pubkey });
  const operationText = JSON.stringify({ time: '2026-11-20T12:00:00Z', method: 'POST', path: '/x', domain: 'crn.test', ...operation });
  const hex = (text: string) => Buffer.from(text).toString('hex');
  const digest = ethers.utils.hashMessage(signText ? hex(keyText) : Buffer.from(keyText));
  const signature = ethers.utils.joinSignature(new ethers.utils.SigningKey(wallet.privateKey).signDigest(digest));
  const operationSignature = sign('sha256', Buffer.from(operationText), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('hex');
  const all: Record<string, string> = {
    'X-SignedPubKey': JSON.stringify({ payload: (prefix === 'pubkey' ? '0x' : '') + hex(keyText), signature, sender: 'ignored' }),
    'X-SignedOperation': JSON.stringify({
      payload: (prefix === 'operation' ? '0x' : '') + hex(operationText),
      signature: operationSignature,
    }),
    ...headers,
  };
  try {
    return [200, authenticate({ method: 'POST', path: '/x', header: (name) => all[name] }, 'crn.test', now)];
  } catch (error) {
    if (!(error instanceof CrnError)) throw error;
    return [error.status, (error.body as { error: string }).error];
  }
};

describe('D-09 a wallet of Solana', () => {
  const solana = generateKeyPairSync('ed25519');
  const raw = Buffer.from(solana.publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const address = ethers.utils.base58.encode(raw);
  /** Signs the payload as hex, as solathon does for aleph-vm. */
  const headersOf = (change: Record<string, unknown>, signs = (payload: Buffer): Buffer => Buffer.from(payload.toString('hex'))) => {
    const jwk = publicKey.export({ format: 'jwk' });
    const payload = Buffer.from(JSON.stringify({ pubkey: jwk, address, expires: '2026-11-21T12:00:00Z', chain: 'SOL', ...change }));
    const signature = `0x${sign(null, signs(payload), solana.privateKey).toString('hex')}`;
    return { headers: { 'X-SignedPubKey': JSON.stringify({ payload: payload.toString('hex'), signature }) } };
  };

  it('D-09 speaks for its address', () => {
    expect(verdict(headersOf({}))).toEqual([200, address]);
  });

  it.each<[string, Parameters<typeof headersOf>, number, string]>([
    ['the bytes signed', [{}, (payload) => payload], 401, 'Invalid signature'],
    ['another address', [{ address: ethers.utils.base58.encode(Buffer.alloc(32, 7)) }], 401, 'Invalid signature'],
    ['an address of Ethereum', [{ address: wallet.address }], 400, 'Invalid X-SignedPubKey data'],
    ['another chain', [{ chain: 'ES' }], 400, 'Invalid X-SignedPubKey data'],
  ])('D-09 not with %s', (_, asked, status, said) => {
    expect(verdict(headersOf(...asked))).toEqual([status, said]);
  });
});

describe('the header check beyond the recorded cases', () => {
  it.each<[string, Changes, number, string | undefined]>([
    ['all is well', {}, 200, wallet.address],
    ['an offset instead of Z', { operation: { time: '2026-11-20T13:01:00+01:00' } }, 200, undefined],
    ['exactly two minutes away', { operation: { time: '2026-11-20T12:02:00Z' } }, 200, undefined],
    ['too old', { operation: { time: '2026-11-20T11:57:59Z' } }, 400, 'Invalid X-SignedOperation fields'],
    ['a time without zone', { operation: { time: '2026-11-20T12:00:00' } }, 500, undefined],
    ['an expiry without zone', { pubkey: { expires: '2026-11-21T12:00:00' } }, 500, undefined],
    ['PUT', { operation: { method: 'PUT' } }, 400, 'Invalid X-SignedOperation fields'],
    ['the query in the path', { operation: { path: '/x?y=1' } }, 401, "Invalid path. Signed: '/x?y=1' !=  requested path: '/x'"],
    [
      'a port in the domain',
      { operation: { domain: 'crn.test:443' } },
      401,
      "Invalid domain: Signed: 'crn.test:443' != Request: 'crn.test'",
    ],
    ['another case in the domain', { operation: { domain: 'CRN.test' } }, 401, undefined],
    ['a lower-case address', { pubkey: { address: wallet.address.toLowerCase() } }, 200, wallet.address.toLowerCase()],
    ['another address', { pubkey: { address: '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65' } }, 401, 'Invalid signature'],
    ['the hex text signed', { signText: true }, 401, 'Invalid signature'],
    ['0x before the pubkey payload', { prefix: 'pubkey' }, 400, 'Invalid X-SignedPubKey data'],
    ['0x before the operation payload', { prefix: 'operation' }, 400, 'Invalid X-SignedOperation fields'],
    ['a pubkey header that is no JSON', { headers: { 'X-SignedPubKey': '{' } }, 400, 'Invalid X-SignedPubKey format'],
    ['an operation header that is no JSON', { headers: { 'X-SignedOperation': '{' } }, 400, 'Invalid X-SignedOperation fields'],
    ['no pubkey in the payload', { pubkey: { pubkey: undefined } }, 400, 'Invalid X-SignedPubKey data'],
    ['a key off the curve', { pubkey: { pubkey: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } } }, 500, undefined],
  ])('%s', (_, changes, status, said) => {
    const [code, answer] = verdict(changes);
    expect(code).toBe(status);
    if (said !== undefined) expect(answer).toBe(said);
  });
});
