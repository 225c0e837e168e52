import { Failure } from '../../domain/failure/failure.ts';

/** What a key file holds of the key itself. */
export type Locked = { address: string } & ({ kind: 'keystore'; keystore: Record<string, unknown> } | { kind: 'hot'; privateKey: string });

/** Of secp256k1. ethers takes what lies above and quietly uses the remainder. */
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Locks a private key (`0x` and 64 digits) with a passphrase, as keystore v3 with ethers' own strength; null leaves it hot. `KEY_INVALID` for what is no key on the curve. */
export const makeKey = async (privateKey: string, passphrase: string | null): Promise<Locked> => {
  const scalar = BigInt(privateKey);
  if (scalar === 0n || scalar >= order) throw new Failure('KEY_INVALID', 'This is no private key: it lies outside the curve.');
  const { Wallet } = await import('ethers');
  const wallet = new Wallet(privateKey);
  if (passphrase === null) return { address: wallet.address, kind: 'hot', privateKey };
  const keystore = JSON.parse(await wallet.encrypt(passphrase)) as Record<string, unknown>;
  return { address: wallet.address, kind: 'keystore', keystore };
};
