import type { TypedData } from '../../domain/approval/typed-data.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import type { EvmTransaction, SignedTransaction } from '../evm/evm.ts';

export interface KeyEntry {
  name: string;
  address: string;
  /** The only network that this key signs for (product.md §1 rule 8). */
  network: string;
  /** `keystore`: encrypted with a passphrase, v3. `hot`: unencrypted in a 0600 file. */
  kind: 'keystore' | 'hot';
  createdAt: string;
  /** When `keys backup` last wrote a copy that opened, RFC 3339; null where it never did. */
  backedUpAt: string | null;
  /** `account`: signs messages of the network. `approver`: signs approvals, and nothing else. */
  role: 'account' | 'approver';
}

/** Signs EIP-191 personal messages. Throws `WRONG_NETWORK` where the key belongs to another network. */
export interface Signer {
  readonly address: string;
  readonly network: string;
  /** EIP-191 signature over the raw bytes: `0x` + r + s + v, v 27 or 28. */
  signBytes(bytes: Uint8Array): Promise<string>;
}

/** Signs our own typed data (EIP-712), never a message of the network. */
export interface ApproverSigner {
  readonly address: string;
  signTyped(data: TypedData): Promise<string>;
}

/** Signs payments of an EVM chain from the key's own address. */
export interface PaymentSigner {
  readonly address: string;
  /** Throws `WRONG_NETWORK` where the chain is not the key's network's. */
  signPayment(transaction: EvmTransaction): Promise<SignedTransaction>;
}

/** Asks for a passphrase, which never comes from argv or the environment. */
export type Passphrase = () => Promise<string>;

/**
 * Asks for the passphrase that unlocks this key, after so many that did not. Throws `KEY_LOCKED` where nobody can be asked; null: there is
 * no other try.
 */
export type Unlocking = (entry: KeyEntry, wrong: number) => Promise<string | null>;

export interface KeyDirectory {
  /** The keys whose files are sound: a damaged one stands in no other key's way. */
  list(): KeyEntry[];
  /** A `KEY_INVALID` for each damaged file. */
  damaged(): Failure[];
  /** The entry with this name. Throws `KEY_NOT_FOUND`. */
  entry(name: string): KeyEntry;
  /**
   * The key in use for a network: `--account`, else the one chosen by `keys use`, else the only one. Throws `KEY_MISSING`; `KEY_INVALID`
   * where it may be one whose file is damaged.
   */
  current(network: string): KeyEntry;
}

export interface Keys extends KeyDirectory {
  /** Makes a new random key. Throws `KEY_EXISTS` where the name is taken. */
  create(request: { name: string; network: string; passphrase: Passphrase | null; role?: KeyEntry['role'] }): Promise<KeyEntry>;
  /** Imports a key. `secret`: hex private key, keystore v3 JSON, or the official clients' key file, as bytes. */
  import(request: { name: string; network: string; secret: Uint8Array; passphrase: Passphrase | null }): Promise<KeyEntry>;
  /**
   * The key as a keystore of version 3 under a new passphrase. Unlocks it first, as `signer` does; `locked` opens with that passphrase, which
   * was tried.
   */
  backup(request: { name: string; passphrase: Passphrase }): Promise<{ entry: KeyEntry; locked: string }>;
  /** Does this keystore, with this passphrase, hold the key? */
  opens(request: { name: string; secret: Uint8Array; passphrase: Passphrase }): Promise<boolean>;
  /** The file in which the key lies, to be told to its owner. */
  fileOf(name: string): string;
  /** Notes that a copy of the key was written now. */
  backedUp(name: string): KeyEntry;
  /** Makes the key the one in use on its network. */
  use(name: string): Promise<KeyEntry>;
  /**
   * Unlocks an account's key. Before decrypting, throws `WRONG_NETWORK`, or `KEY_USE` for an approver's key; throws `KEY_LOCKED` where
   * unlocking fails.
   */
  signer(name: string, network: string): Promise<Signer>;
  /** Unlocks an account's key for payments of an EVM chain. Throws as `signer` does. */
  payments(name: string, network: string): Promise<PaymentSigner>;
  /** Unlocks an approver's key. Throws as `signer` does; `KEY_USE` for an account's key. */
  approver(name: string, network: string): Promise<ApproverSigner>;
}
