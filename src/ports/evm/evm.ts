import type { CreditChain } from '../../domain/topup/credit-chain.ts';
import type { Token } from '../../domain/topup/token.ts';

/** A transfer of tokens, or of the chain's own coin, before it is signed. All amounts in smallest units. */
export interface EvmPayment {
  chainId: number;
  from: string;
  /** The credit contract, which gets the tokens. */
  to: string;
  /** The token's contract; null for the chain's own coin. */
  token: string | null;
  units: bigint;
}

/** A payment with what the chain's network takes for it, fixed. */
export interface EvmTransaction {
  payment: EvmPayment;
  nonce: number;
  gasLimit: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/** A signed transaction. `hash` follows from `raw`. */
export interface SignedTransaction {
  raw: string;
  hash: string;
}

/** What is needed to follow a signed transaction on its chain. `after`: the newest block before it was signed; absent where none is known. */
export interface FollowedTransaction {
  hash: string;
  nonce: number;
  after?: number;
}

/** What one node says of the chain, of an address and of a payment from it, at one moment. */
export interface EvmView {
  chainId: number;
  /** The newest block's number. */
  block: number;
  /** Of the next transaction after all that are mined, and after all that wait as well. */
  nonce: { mined: number; waiting: number };
  /** Is there code at the credit contract, and at the token? A coin has none and needs none. */
  contractHasCode: boolean;
  tokenHasCode: boolean;
  /** What the token's contract says; null for a coin. */
  decimals: number | null;
  /** Units that the credit contract may still take from the address by itself. */
  allowance: bigint;
  tokenBalance: bigint;
  coinBalance: bigint;
  /** Of this payment; null where the node says that it would fail. */
  gasLimit: bigint | null;
  baseFeePerGas: bigint;
  priorityFeePerGas: bigint;
}

/**
 * What has become of a transaction by one node's word. `paid`: the payment is as deep in the chain as it has to be, made by `transaction`, which is
 * another one where a wallet sped it up: same nonce, same payment, dearer. `failed`: it is that deep, and moved no tokens. `overtaken`: another
 * transaction with its nonce is that deep, and pays something else; `by` is null where the node does not show which. `known`: the node waits to see
 * it mined; `unknown`: it never heard of it.
 */
export type TransactionWord =
  | { kind: 'paid'; block: number; blockHash: string; transaction: string }
  | { kind: 'failed'; block: number }
  | { kind: 'shallow'; block: number; depth: number }
  | { kind: 'overtaken'; by: string | null }
  | { kind: 'known' | 'unknown' };

export interface EvmNode {
  readonly url: string;
  /** Without the words after the host, where a password may stand. */
  readonly host: string;
  /** Throws `RPC_UNAVAILABLE` where the node does not answer, or answers what it must not. */
  view(payment: EvmPayment): Promise<EvmView>;
  /** What became of the transaction; null where the node does not answer, or is of another chain. Reads by the payment what must have moved. */
  word(transaction: FollowedTransaction, payment: EvmPayment, confirmations: number): Promise<TransactionWord | null>;
  /**
   * Sends the bytes. `taken` also where the node has them already, or the nonce is used: then they were sent before. `refused` proves
   * nothing: a node may refuse aloud and pass them on.
   */
  broadcast(transaction: SignedTransaction): Promise<{ answer: 'taken' | 'silent' } | { answer: 'refused'; why: string }>;
}

/** EVM chains: where credits are bought. */
export interface Evm {
  /** Where this network's credits are sold; null for a network whose settings name no chain. */
  readonly chain: CreditChain | null;
  /** URLs of the nodes that the settings name, two at most; for mainnet nobody's is taken unasked. */
  readonly rpcs: readonly string[];
  /** `USAGE` for what is no https URL, or http on this machine. */
  node(url: string): EvmNode;
  /** Are these bytes those of the hash, signed by the payer, and do they make this payment with this nonce and nothing else? */
  makes(payment: EvmPayment, transaction: SignedTransaction & { nonce: number }): Promise<boolean>;
  /** USD a token by each source of the settings, in their order. `PRICE_UNREADABLE` where one does not tell. */
  prices(token: Token): Promise<string[]>;
}
