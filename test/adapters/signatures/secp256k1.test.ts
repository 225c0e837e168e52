import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { utils } from 'ethers';
import { expect, it } from 'vitest';
import { EC } from '../../../src/adapters/signatures/secp256k1.ts';

const ours = new EC();
/** What ethers 5 comes with. */
const elliptic = new (createRequire(import.meta.url)('elliptic').ec)('secp256k1');
const bytesOf = (text: string): Uint8Array => createHash('sha256').update(text).digest();
const padded = (value: bigint): string => `0x${value.toString(16).padStart(64, '0')}`;
const cases = Array.from({ length: 40 }, (_, index) => ({ secret: bytesOf(`key ${index}`), digest: bytesOf(`digest ${index}`) }));
const least = { secret: utils.arrayify(padded(1n)), digest: new Uint8Array(32) };
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const most = { secret: utils.arrayify(padded(order - 1n)), digest: new Uint8Array(32).fill(255) };

it('signs, recovers and shares as elliptic does, byte for byte', () => {
  const other = bytesOf('other');
  for (const { secret, digest } of [...cases, least, most]) {
    const [key, theirs] = [ours.keyFromPrivate(secret), elliptic.keyFromPrivate(secret)];
    for (const compressed of [true, false]) expect(key.getPublic(compressed, 'hex')).toBe(theirs.getPublic(compressed, 'hex'));
    expect(ours.keyFromPublic(utils.arrayify(`0x${theirs.getPublic(true, 'hex')}`)).getPublic(false, 'hex')).toBe(
      theirs.getPublic(false, 'hex'),
    );

    const signature = theirs.sign(digest, { canonical: true });
    const { r, s, recoveryParam } = key.sign(digest, { canonical: true });
    const [itsR, itsS] = [signature.r, signature.s].map((number) => BigInt(`0x${number.toString(16)}`));
    expect({ r, s, recoveryParam }).toEqual({ r: itsR, s: itsS, recoveryParam: signature.recoveryParam });

    const bytes = { r: utils.arrayify(padded(r)), s: utils.arrayify(padded(s)) };
    expect(ours.recoverPubKey(digest, bytes, recoveryParam).encode('hex', false)).toBe(
      elliptic.recoverPubKey(digest, bytes, recoveryParam).encode('hex', false),
    );

    const [here, there] = [ours.keyFromPrivate(other), elliptic.keyFromPrivate(other)];
    expect(key.derive(here.pub).toString(16)).toBe(theirs.derive(there.getPublic()).toString(16));
    expect(key.pub.add(here.pub).encodeCompressed('hex')).toBe(theirs.getPublic().add(there.getPublic()).encodeCompressed('hex'));
  }
});

it('recovers from the other half of s, which some wallets give, and refuses what no key can have signed', () => {
  const { secret, digest } = cases[0]!;
  const { r, s, recoveryParam } = ours.keyFromPrivate(secret).sign(digest, { canonical: true });
  const recover = (r: bigint, s: bigint, recovery: number) =>
    ours.recoverPubKey(digest, { r: utils.arrayify(padded(r)), s: utils.arrayify(padded(s)) }, recovery).encode('hex', false);
  expect(recover(r, order - s, 1 - recoveryParam)).toBe(elliptic.keyFromPrivate(secret).getPublic(false, 'hex'));
  for (const [r_, s_, recovery] of [
    [0n, s, 0],
    [r, 0n, 0],
    [order, s, 0],
    [r, order, 0],
    [5n, s, 0],
    [r, s, 4],
  ] as const)
    expect(() => recover(r_, s_, recovery)).toThrow();
});

it.each([new Uint8Array(32), utils.arrayify(padded(order)), new Uint8Array(31).fill(1)])('refuses what is no private key', (secret) => {
  expect(() => ours.keyFromPrivate(secret)).toThrow();
});
