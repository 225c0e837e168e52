import type { TypedData } from '../../domain/approval/typed-data.ts';

/** Who signed what, by EIP-712. */
export interface Signatures {
  /** Loads what recovering takes: only where there is an approver. */
  prepare(): Promise<void>;
  /** The address, lower case, that made this signature over these data; null for what is no signature. Only after `prepare`; each is reckoned once. */
  signerOf(data: TypedData, signature: string): string | null;
  /** With the capitals of EIP-55, as wallets write an address and the network books credits. Only after `prepare`. */
  checksummed(address: string): string;
}
