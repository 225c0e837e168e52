import { secp256k1 } from '@noble/curves/secp256k1';

const { Point, Signature } = secp256k1;
type Point = typeof Point.BASE;

// larger tables pay after a hundred signatures: a call makes few
Point.BASE.precompute(2);

interface PublicPoint {
  point: Point;
  add(other: PublicPoint): PublicPoint;
  encodeCompressed(form: 'hex'): string;
}

const publicPoint = (point: Point): PublicPoint => ({
  point,
  add: (other) => publicPoint(point.add(other.point)),
  encodeCompressed: () => point.toHex(true),
});

const halfOf = (point: Point) => {
  const pub = publicPoint(point);
  const getPublic = (compressed?: boolean, form?: 'hex') => (form === undefined ? pub : point.toHex(compressed));
  return { pub, getPublic };
};

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

/**
 * The curve under ethers 5, as ethers 6 has it: @noble/curves in the place of elliptic, with what `@ethersproject/signing-key` calls of that one. The
 * build puts it there (scripts/build.ts). Signatures are the same, byte for byte (RFC 6979, low s); making and checking one for the first time takes a
 * tenth of the processor. What is no key and no signature throws.
 */
export class EC {
  keyFromPrivate(secret: Uint8Array) {
    return {
      ...halfOf(Point.fromPrivateKey(secret)),
      sign(digest: Uint8Array, _: { canonical: true }) {
        const { r, s, recovery } = secp256k1.sign(digest, secret, { prehash: false, lowS: true });
        return { r, s, recoveryParam: recovery };
      },
      derive: (other: PublicPoint) => other.point.multiply(numberOf(secret)).toAffine().x,
    };
  }

  keyFromPublic(bytes: Uint8Array) {
    return halfOf(Point.fromHex(bytes));
  }

  recoverPubKey(digest: Uint8Array, { r, s }: { r: Uint8Array; s: Uint8Array }, recovery: number) {
    const point = new Signature(numberOf(r), numberOf(s)).addRecoveryBit(recovery).recoverPublicKey(digest);
    return { encode: (_form: 'hex', compressed: boolean) => point.toHex(compressed) };
  }
}
