import { utils } from 'ethers';
import type { DevnetClock } from '../world/clock.ts';
import { type Anvil, openAnvil } from './anvil.ts';
import { createIndexer, type Sale } from './credit-indexer.ts';
import { deployContracts } from './deploy-contracts.ts';
import type { DevnetEvm } from './devnet-evm.ts';

/** As Ethereum's. */
const blockEveryMs = 12_000;
/** Enough for some thousand transfers. */
const gasMoney = 10n ** 18n;

/** The devnet's shop on an EVM chain. */
export interface CreditSale extends DevnetEvm {
  /** Mines a block each twelve seconds of this clock, and tells of what was paid once it is final. */
  open(clock: DevnetClock, sold: (sale: Sale) => void): void;
  /** Gives tokens that are worth nothing (`units` in smallest units), and ETH for gas. */
  give(token: 'usdc' | 'aleph' | 'eth', address: string, units: bigint): Promise<void>;
  /** Mines so many blocks now. */
  mine(blocks: number): Promise<void>;
  node: Anvil;
}

/** Opens a shop on the anvil node at this URL, with contracts of its own. `USAGE` where that is none. */
export const openCreditSale = async (url: string): Promise<CreditSale> => {
  const node = await openAnvil(url);
  const evm = await deployContracts(node);
  const minted = new utils.Interface(['function mint(address to, uint256 value)']);
  const mine = async (blocks: number): Promise<void> => void (await node.call('anvil_mine', `0x${blocks.toString(16)}`));
  return {
    ...evm,
    node,
    mine,
    open(clock, sold) {
      const index = createIndexer(node, evm);
      let work: Promise<void> = Promise.resolve();
      const block = async (): Promise<void> => {
        await mine(1);
        for (const sale of await index()) sold(sale);
      };
      clock.every(blockEveryMs, () => {
        // a node that is gone mines nothing, and the devnet goes on without it
        work = work.then(block).catch(() => undefined);
        clock.hold(work);
      });
    },
    async give(token, address, units) {
      const balance = BigInt((await node.call('eth_getBalance', address, 'latest')) as string);
      const coins = balance + (token === 'eth' ? units : 0n);
      const least = token === 'eth' ? coins : coins > gasMoney ? coins : gasMoney;
      await node.call('anvil_setBalance', address, `0x${least.toString(16)}`);
      if (token === 'eth') return;
      const [from] = (await node.call('eth_accounts')) as string[];
      const data = minted.encodeFunctionData('mint', [address, units]);
      await node.call('eth_sendTransaction', { from, to: evm.chain.tokens[token], data, gas: '0x30d40' });
      await mine(1);
    },
  };
};
