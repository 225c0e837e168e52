import { createHash } from 'node:crypto';
import { utils } from 'ethers';
import { expect, it } from 'vitest';
import { EC } from '../../../src/adapters/signatures/secp256k1.ts';

// from source ethers has elliptic: what the build puts in its place must give the same
const ours = new EC();
const bytesOf = (text: string): Uint8Array => createHash('sha256').update(text).digest();
const padded = (value: bigint): string => `0x${value.toString(16).padStart(64, '0')}`;
const cases = Array.from({ length: 40 }, (_, index) => ({ secret: bytesOf(`key ${index}`), digest: bytesOf(`digest ${index}`) }));
const least = { secret: utils.arrayify(padded(1n)), digest: new Uint8Array(32) };
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const most = { secret: utils.arrayify(padded(order - 1n)), digest: new Uint8Array(32).fill(255) };

it('signs, recovers and shares as elliptic does, byte for byte', () => {
  for (const { secret, digest } of [...cases, least, most]) {
    const theirs = new utils.SigningKey(secret);
    const key = ours.keyFromPrivate(secret);
    expect(`0x${key.getPublic(false, 'hex')}`).toBe(theirs.publicKey);
    expect(`0x${key.getPublic(true, 'hex')}`).toBe(theirs.compressedPublicKey);
    expect(`0x${ours.keyFromPublic(utils.arrayify(theirs.compressedPublicKey)).getPublic(false, 'hex')}`).toBe(theirs.publicKey);

    const signature = theirs.signDigest(digest);
    const { r, s, recoveryParam } = key.sign(digest, { canonical: true });
    expect({ r: padded(r), s: padded(s), recoveryParam }).toEqual({
      r: signature.r,
      s: signature.s,
      recoveryParam: signature.recoveryParam,
    });

    const recovered = ours.recoverPubKey(
      digest,
      { r: utils.arrayify(signature.r), s: utils.arrayify(signature.s) },
      signature.recoveryParam,
    );
    expect(`0x${recovered.encode('hex', false)}`).toBe(theirs.publicKey);

    const other = new utils.SigningKey(bytesOf('other'));
    expect(padded(key.derive(ours.keyFromPublic(utils.arrayify(other.publicKey)).pub))).toBe(theirs.computeSharedSecret(other.publicKey));
    const sum = key.pub.add(ours.keyFromPublic(utils.arrayify(other.publicKey)).pub).encodeCompressed('hex');
    expect(`0x${sum}`).toBe(theirs._addPoint(other.publicKey));
  }
});

it('recovers from the other half of s, which some wallets give, and refuses what no key can have signed', () => {
  const { secret, digest } = cases[0]!;
  const { r, s, recoveryParam } = ours.keyFromPrivate(secret).sign(digest, { canonical: true });
  const recover = (r: bigint, s: bigint, recovery: number) =>
    ours.recoverPubKey(digest, { r: utils.arrayify(padded(r)), s: utils.arrayify(padded(s)) }, recovery).encode('hex', false);
  expect(`0x${recover(r, order - s, 1 - recoveryParam)}`).toBe(new utils.SigningKey(secret).publicKey);
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
