import type { TypedData } from '../../domain/approval/typed-data.ts';

/** Recovers the signers of EIP-712 signatures. */
export interface Signatures {
  /** Loads what recovery needs; callers do so only where there is an approver. */
  prepare(): Promise<void>;
  /**
   * The lower-case address that made the signature over the data; null where it is no signature. Only after `prepare`; results are kept.
   */
  signerOf(data: TypedData, signature: string): string | null;
  /** The lower-case address that signed the text as wallets sign messages (EIP-191); null where it is no signature. Only after `prepare`. */
  signerOfText(text: string, signature: string): string | null;
  /** The address with the capitals of EIP-55, as wallets write it and the network books credits. Only after `prepare`. */
  checksummed(address: string): string;
}
