import type { TypedData } from '../../domain/approval/typed-data.ts';

export interface KeyEntry {
  name: string;
  address: string;
  /** The one network that this key signs for (product.md §1 rule 8). */
  network: string;
  /** `keystore`: passphrase, v3. `hot`: unencrypted in a 0600 file. */
  kind: 'keystore' | 'hot';
  createdAt: string;
  /** `account`: signs messages of the network. `approver`: signs approvals, and nothing else. */
  role: 'account' | 'approver';
}

/** Signs EIP-191 personal messages. Refuses (`WRONG_NETWORK`) where the key is another network's. */
export interface Signer {
  readonly address: string;
  readonly network: string;
  /** EIP-191 over the raw bytes; `0x` + r + s + v, v 27 or 28. */
  signBytes(bytes: Uint8Array): Promise<string>;
}

/** Signs typed data of ours (EIP-712), never a message of the network. */
export interface ApproverSigner {
  readonly address: string;
  signTyped(data: TypedData): Promise<string>;
}

/** Where a passphrase comes from. Never argv, never the environment. */
export type Passphrase = () => Promise<string>;

/** The same for a key that is to sign. `KEY_LOCKED` where nobody can be asked. */
export type Unlocking = (entry: KeyEntry) => Promise<string>;

export interface KeyDirectory {
  list(): KeyEntry[];
  /** The entry of this name. `KEY_NOT_FOUND` otherwise. */
  entry(name: string): KeyEntry;
  /** The key in use for a network: `--account`, else the one chosen by `keys use`, else the only one. `KEY_MISSING` otherwise. */
  current(network: string): KeyEntry;
}

export interface Keys extends KeyDirectory {
  /** A new random key. `KEY_EXISTS` when the name is taken. */
  create(request: { name: string; network: string; passphrase: Passphrase | null; role?: KeyEntry['role'] }): Promise<KeyEntry>;
  /** `secret`: hex private key, keystore v3 JSON, or the official clients' key file, as bytes. */
  import(request: { name: string; network: string; secret: Uint8Array; passphrase: Passphrase | null }): Promise<KeyEntry>;
  /** Makes it the one in use on its network. */
  use(name: string): Promise<KeyEntry>;
  /** Unlocks: `KEY_LOCKED` where that fails, `WRONG_NETWORK` and `KEY_USE` (an approver's) before anything is decrypted. */
  signer(name: string, network: string): Promise<Signer>;
  /** The same for an approver's key; `KEY_USE` for an account's. */
  approver(name: string, network: string): Promise<ApproverSigner>;
}
