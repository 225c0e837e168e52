import type { EvmNode } from '../../ports/evm/evm.ts';
import { type Fetch, RpcError, rpcCall } from './rpc.ts';

/** How nodes of all makes say that they have these bytes, or that the nonce is used: in both cases they were sent before. */
const sentBefore = /already known|already imported|known transaction|nonce too low|nonce is too low/i;

/** Sends signed bytes to one node. Throws where the bytes are not those of the hash: then somebody changed them. */
export const broadcast = async (
  fetch: Fetch,
  url: string,
  { raw, hash }: { raw: string; hash: string },
): ReturnType<EvmNode['broadcast']> => {
  const { utils } = await import('ethers');
  if (utils.keccak256(raw) !== hash) throw new Error('the signed transaction is not the one of its hash');
  try {
    await rpcCall(fetch, url, 'eth_sendRawTransaction', [raw]);
    return { answer: 'taken' };
  } catch (thrown) {
    if (!(thrown instanceof RpcError)) return { answer: 'silent' };
    return sentBefore.test(thrown.message) ? { answer: 'taken' } : { answer: 'refused', why: whyRefused(thrown.message) };
  }
};

const reasons: readonly (readonly [RegExp, string])[] = [
  [/insufficient funds/i, 'the address holds too little ETH'],
  [/underpriced|fee too low|less than block base fee/i, 'the fee is too low'],
  [/nonce too high/i, 'an earlier transaction of the address is missing'],
];

/** In words of ours: a node may say anything. */
const whyRefused = (message: string): string => reasons.find(([says]) => says.test(message))?.[1] ?? 'its reason has no name here';
