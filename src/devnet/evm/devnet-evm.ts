import type { CreditChain } from '../../domain/topup/credit-chain.ts';

/** Where a devnet sells its credits: on an anvil node, by contracts that it put there itself. */
export interface DevnetEvm {
  /** The node's URL, on this machine. */
  rpc: string;
  chain: CreditChain;
}

/** USD that the devnet's tokens cost, for ever. */
export const devnetPrices = { usdc: '1', aleph: '0.05', eth: '2500' } as const;
