import { Failure } from '../../domain/failure.ts';

/** What a key file holds of the key itself. */
export type Locked = { address: string } & ({ kind: 'keystore'; keystore: Record<string, unknown> } | { kind: 'hot'; privateKey: string });

/** Locks a private key (`0x` and 64 digits) with a passphrase, as keystore v3 with ethers' own strength; null leaves it hot. `KEY_INVALID` for what is no key on the curve. */
export const makeKey = async (privateKey: string, passphrase: string | null): Promise<Locked> => {
  const { Wallet } = await import('ethers');
  const wallet = walletOf(Wallet, privateKey);
  if (passphrase === null) return { address: wallet.address, kind: 'hot', privateKey };
  const keystore = JSON.parse(await wallet.encrypt(passphrase)) as Record<string, unknown>;
  return { address: wallet.address, kind: 'keystore', keystore };
};

/** The error of the library is dropped: it might quote what it was given. */
const walletOf = <Wallet>(make: new (key: string) => Wallet, privateKey: string): Wallet => {
  try {
    return new make(privateKey);
  } catch {
    throw new Failure('KEY_INVALID', 'This is no private key: it lies outside the curve.');
  }
};
