import type { Wallet } from 'ethers';
import { Failure } from '../../domain/failure/failure.ts';
import { ethereum } from '../../domain/topup/credit-chain.ts';
import type { EvmTransaction, SignedTransaction } from '../../ports/evm/evm.ts';

/**
 * Signs a payment for exactly one chain. `WRONG_NETWORK` where the key of another network would sign for Ethereum, or mainnet's for another
 * chain: what is signed for the wrong chain is money of that chain.
 */
export const signPayment = async (
  wallet: Wallet,
  network: string,
  { payment, nonce, gasLimit, maxFeePerGas, maxPriorityFeePerGas }: EvmTransaction,
): Promise<SignedTransaction> => {
  const { chainId, from, to, token, units } = payment;
  if ((network === 'mainnet') !== (chainId === ethereum.chainId)) {
    throw new Failure('WRONG_NETWORK', `A key for ${network} signs nothing for chain ${chainId}.`, { facts: { network, chainId } });
  }
  if (from !== wallet.address) throw new Error('the payment is from another address than the key');
  const { utils } = await import('ethers');
  const erc20 = new utils.Interface(['function transfer(address to, uint256 value) returns (bool)']);
  const call =
    token === null ? { to, value: units, data: '0x' } : { to: token, value: 0n, data: erc20.encodeFunctionData('transfer', [to, units]) };
  const raw = await wallet.signTransaction({ type: 2, chainId, nonce, gasLimit, maxFeePerGas, maxPriorityFeePerGas, ...call });
  return { raw, hash: utils.keccak256(raw) };
};
