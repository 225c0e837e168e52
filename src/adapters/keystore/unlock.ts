import { Failure } from '../../domain/failure/failure.ts';
import type { ApproverSigner, PaymentSigner, Signer, Unlocking } from '../../ports/keys/keys.ts';
import { decryptKeystore, parseKeystore } from './decrypt-keystore.ts';
import { entryOf, type StoredKey } from './key-file.ts';
import { signPayment } from './sign-payment.ts';

/** What it may sign is decided where it is handed out. */
export type Unlocked = Signer & ApproverSigner & PaymentSigner;

/** The key, open. The private key lives in its closure and nowhere else. `KEY_LOCKED`; `KEY_INVALID` where the file's key is not the address's. */
export const unlock = async (key: StoredKey, passphrase: Unlocking): Promise<Unlocked> => {
  const privateKey = await secretOf(key, passphrase);
  const { Wallet } = await import('ethers');
  const wallet = new Wallet(privateKey);
  if (wallet.address !== key.address) {
    throw new Failure('KEY_INVALID', `The file of the key "${key.name}" holds another key than that of ${key.address}.`, {
      facts: { key: key.name },
    });
  }
  return {
    address: key.address,
    network: key.network,
    signPayment: (transaction) => signPayment(wallet, key.network, transaction),
    signBytes: (bytes) => wallet.signMessage(bytes),
    signTyped: ({ domain, types, message }) => wallet._signTypedData(domain, types as Parameters<typeof wallet._signTypedData>[1], message),
  };
};

/** The private key itself, for a copy of it. `KEY_LOCKED`, `KEY_INVALID`. */
export const secretOf = async (key: StoredKey, passphrase: Unlocking): Promise<string> =>
  key.kind === 'hot' ? key.privateKey : opened(key, passphrase);

const opened = async (key: Extract<StoredKey, { kind: 'keystore' }>, passphrase: Unlocking): Promise<string> => {
  const keystore = parseKeystore(key.keystore);
  if (keystore === null)
    throw new Failure('KEY_INVALID', `The keystore of the key "${key.name}" is damaged.`, { facts: { key: key.name } });
  for (let wrong = 0; ; wrong++) {
    const given = await passphrase(entryOf(key), wrong);
    if (given === null) break;
    const privateKey = await decryptKeystore(keystore, given);
    if (privateKey !== null) return privateKey;
  }
  throw new Failure('KEY_LOCKED', `The passphrase does not open the key "${key.name}".`, { facts: { key: key.name } });
};
