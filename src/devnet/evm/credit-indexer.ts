import type { Decimal } from 'decimal.js';
import { utils } from 'ethers';
import { Exact } from '../../domain/money/exact.ts';
import type { Anvil } from './anvil.ts';
import { type DevnetEvm, devnetPrices } from './devnet-evm.ts';

const transferTopic = utils.id('Transfer(address,address,uint256)');
const receivedTopic = utils.id('Received(address,uint256)');

/** Credits that one payment buys, as a distribution tells of them (protocol-ccn §5.6). */
export interface Sale {
  token: 'USDC' | 'ALEPH' | 'ETH';
  address: string;
  /** Whole credits, bonus included. */
  amount: bigint;
  bonus: bigint;
  price: string;
  transaction: string;
}

interface Log {
  address: string;
  topics: string[];
  data: string;
  transactionHash: string;
}

const bonusOf = { USDC: 0, ALEPH: 20, ETH: 0 } as const;

const whole = (credits: Decimal): bigint => BigInt(credits.floor().toFixed(0));

const saleOf = (token: Sale['token'], decimals: number, price: string, from: string, { data, transactionHash }: Log): Sale => {
  const paid = new Exact(BigInt(data).toString()).div(new Exact(10).pow(decimals)).times(price).times(1_000_000);
  const bonus = whole(paid.times(bonusOf[token]).div(100));
  return {
    token,
    address: utils.getAddress(utils.hexDataSlice(from, 12)),
    amount: whole(paid) + bonus,
    bonus,
    price,
    transaction: transactionHash,
  };
};

/** Reads what was paid to the credit contract, block by block, once the blocks are deep enough; each payment is sold once. */
export const createIndexer = ({ call }: Anvil, { chain }: DevnetEvm) => {
  const { contract, tokens, confirmations } = chain;
  let next: number | null = null;

  const logs = async (filter: object, from: number, to: number): Promise<Log[]> =>
    (await call('eth_getLogs', { ...filter, fromBlock: `0x${from.toString(16)}`, toBlock: `0x${to.toString(16)}` })) as Log[];

  /** The payments that became final since the last look. */
  return async (): Promise<Sale[]> => {
    const head = Number(await call('eth_blockNumber'));
    const deep = head - confirmations + 1;
    const from = next ?? 0;
    if (deep < from) return [];
    const toContract = utils.hexZeroPad(contract, 32);
    const [usdc, aleph, eth] = await Promise.all([
      logs({ address: tokens.usdc, topics: [transferTopic, null, toContract] }, from, deep),
      logs({ address: tokens.aleph, topics: [transferTopic, null, toContract] }, from, deep),
      logs({ address: contract, topics: [receivedTopic] }, from, deep),
    ]);
    next = deep + 1;
    return [
      ...usdc.map((log) => saleOf('USDC', 6, devnetPrices.usdc, log.topics[1]!, log)),
      ...aleph.map((log) => saleOf('ALEPH', 18, devnetPrices.aleph, log.topics[1]!, log)),
      ...eth.map((log) => saleOf('ETH', 18, devnetPrices.eth, log.topics[1]!, log)),
    ];
  };
};
