import type { Token } from './token.ts';

/** Where credits are sold: a contract on an EVM chain that takes tokens, watched by whoever distributes credits for them. */
export interface CreditChain {
  chainId: number;
  /** The credit contract, with the capitals of EIP-55. */
  contract: string;
  /** The addresses of its ERC-20 tokens. */
  tokens: Readonly<Record<Exclude<Token, 'eth'>, string>>;
  /** So many blocks, its own among them, make a payment final. */
  confirmations: number;
}

/** Ethereum, where the credits of mainnet are sold (protocol-ccn.md §5.6; aleph-rs: crates/aleph-sdk/src/credit.rs). */
export const ethereum: CreditChain = {
  chainId: 1,
  contract: '0x6b55F32Ea969910838defd03746Ced5E2AE8cB8B',
  tokens: { usdc: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', aleph: '0x27702a26126e0B3702af63Ee09aC4d1A084EF628' },
  confirmations: 12,
};

/** Where a person without this program buys credits for an address. */
export const creditConsole = 'https://credits.app.aleph.im';
