import { utils } from 'ethers';
import type { Anvil } from './anvil.ts';
import contracts from './contracts/contracts.json' with { type: 'json' };
import type { DevnetEvm } from './devnet-evm.ts';

/** Blocks until a payment is final: fewer than Ethereum's, so that nobody waits long, and enough for a chain to change its mind. */
const confirmations = 3;

/** Mines a transaction that anvil itself signs; gives the address of what it made. */
const create = async ({ call }: Anvil, from: unknown, data: string): Promise<string> => {
  const hash = await call('eth_sendTransaction', { from, data, gas: '0x2dc6c0' });
  await call('evm_mine');
  const receipt = (await call('eth_getTransactionReceipt', hash)) as { status: string; contractAddress: string };
  if (receipt.status !== '0x1') throw new Error('a contract of the devnet could not be deployed');
  return utils.getAddress(receipt.contractAddress);
};

const token = (symbol: string, decimals: number): string =>
  `${contracts.token}${utils.defaultAbiCoder.encode(['string', 'uint8'], [symbol, decimals]).slice(2)}`;

/** Puts the tokens and the credit contract on the chain, which from then on mines only when it is told to. */
export const deployContracts = async (anvil: Anvil): Promise<DevnetEvm> => {
  const { call, url } = anvil;
  await call('evm_setAutomine', false);
  const [from] = (await call('eth_accounts')) as string[];
  const usdc = await create(anvil, from, token('USDC', 6));
  const aleph = await create(anvil, from, token('ALEPH', 18));
  const contract = await create(anvil, from, contracts.credits);
  const chainId = Number(await call('eth_chainId'));
  return { rpc: url, chain: { chainId, contract, tokens: { usdc, aleph }, confirmations } };
};
