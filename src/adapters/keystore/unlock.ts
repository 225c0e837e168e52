import { Failure } from '../../domain/failure/failure.ts';
import type { ApproverSigner, Signer, Unlocking } from '../../ports/keys/keys.ts';
import { decryptKeystore, parseKeystore } from './decrypt-keystore.ts';
import { entryOf, type StoredKey } from './key-file.ts';

/** What it may sign is decided where it is handed out. */
export type Unlocked = Signer & ApproverSigner;

/** The key, open. The private key lives in its closure and nowhere else. `KEY_LOCKED`; `KEY_INVALID` where the file's key is not the address's. */
export const unlock = async (key: StoredKey, passphrase: Unlocking): Promise<Unlocked> => {
  const asked = key.kind === 'keystore' ? await passphrase(entryOf(key)) : null;
  const { Wallet } = await import('ethers');
  const privateKey = key.kind === 'hot' ? key.privateKey : await opened(key, asked ?? '');
  const wallet = new Wallet(privateKey);
  if (wallet.address !== key.address) {
    throw new Failure('KEY_INVALID', `The file of the key "${key.name}" holds another key than that of ${key.address}.`, {
      facts: { key: key.name },
    });
  }
  return {
    address: key.address,
    network: key.network,
    signBytes: (bytes) => wallet.signMessage(bytes),
    signTyped: ({ domain, types, message }) => wallet._signTypedData(domain, types as Parameters<typeof wallet._signTypedData>[1], message),
  };
};

const opened = async (key: Extract<StoredKey, { kind: 'keystore' }>, passphrase: string): Promise<string> => {
  const keystore = parseKeystore(key.keystore);
  if (keystore === null)
    throw new Failure('KEY_INVALID', `The keystore of the key "${key.name}" is damaged.`, { facts: { key: key.name } });
  const privateKey = await decryptKeystore(keystore, passphrase);
  if (privateKey !== null) return privateKey;
  throw new Failure('KEY_LOCKED', `The passphrase does not open the key "${key.name}".`, { facts: { key: key.name } });
};
