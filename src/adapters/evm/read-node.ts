import * as z from 'zod';
import type { EvmNode, EvmPayment, EvmView, TransactionWord } from '../../ports/evm/evm.ts';
import { callOf } from './call-of.ts';
import { addressWord, callData, transferTopic, unitsWord } from './erc20.ts';
import { type Fetch, RpcError, rpcCall, silent } from './rpc.ts';
import { type Ask, takerFinder } from './taker-finder.ts';

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/);
const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/)
  .transform((text) => BigInt(text));
const bytes32 = z.string().regex(/^0x[0-9a-fA-F]{64}$/);
const block = z.object({ hash: bytes32, number: quantity, baseFeePerGas: quantity });
const receipt = z.object({
  transactionHash: bytes32,
  blockHash: bytes32,
  blockNumber: quantity,
  from: z.string(),
  to: z.string().nullable(),
  status: quantity,
  logs: z.array(z.object({ address: z.string(), topics: z.array(z.string()), data: z.string() })),
});

type Receipt = z.output<typeof receipt>;

/** Blocks fill up while a transaction is signed: a fifth more gas than it takes now is never asked for in vain. */
const gasReserve = (gas: bigint): bigint => gas + gas / 5n;

const same = (one: string | null, other: string | null): boolean => one?.toLowerCase() === other?.toLowerCase();

const moved = ({ logs }: Receipt, { token, from, to, units }: EvmPayment): boolean =>
  token === null ||
  logs.some(
    ({ address, topics, data }) =>
      same(address, token) &&
      same(topics[0] ?? null, transferTopic) &&
      same(topics[1] ?? null, `0x${addressWord(from)}`) &&
      same(topics[2] ?? null, `0x${addressWord(to)}`) &&
      same(data, `0x${unitsWord(units)}`),
  );

/** Reads one node. Nothing that it says is believed because it says it: whoever asks compares nodes. */
export const readNode = (fetch: Fetch, url: string): Pick<EvmNode, 'view' | 'word'> => {
  const ask: Ask = async (schema, method, ...params) => {
    const parsed = schema.safeParse(await rpcCall(fetch, url, method, params));
    if (!parsed.success) throw silent(url, parsed.error);
    return parsed.data;
  };
  /** Throws `RPC_UNAVAILABLE` for a node's error as well, where the question cannot be wrong. */
  const sound = <Value>(asked: Promise<Value>): Promise<Value> =>
    asked.catch((thrown: unknown) => {
      throw thrown instanceof RpcError ? silent(url, thrown) : thrown;
    });
  const read = (to: string, data: string): Promise<bigint> =>
    ask(hex, 'eth_call', { to, data }, 'latest').then((text) => (text.length === 66 ? BigInt(text) : 0n));

  const view = async (payment: EvmPayment): Promise<EvmView> => {
    const { from, to, token } = payment;
    const call = callOf(payment);
    const owner = addressWord(from);
    const [chainId, mined, waiting, contractCode, tokenCode, coinBalance, newest, priorityFeePerGas] = await Promise.all([
      ask(quantity, 'eth_chainId'),
      ask(quantity, 'eth_getTransactionCount', from, 'latest'),
      ask(quantity, 'eth_getTransactionCount', from, 'pending'),
      ask(hex, 'eth_getCode', to, 'latest'),
      token === null ? '0x' : ask(hex, 'eth_getCode', token, 'latest'),
      ask(quantity, 'eth_getBalance', from, 'latest'),
      ask(block, 'eth_getBlockByNumber', 'latest', false),
      ask(quantity, 'eth_maxPriorityFeePerGas'),
    ]);
    const tokenHasCode = tokenCode !== '0x';
    const [decimals, allowance, tokenBalance] =
      token === null || !tokenHasCode
        ? [null, 0n, coinBalance]
        : await Promise.all([
            read(token, callData('decimals')).then(Number),
            read(token, callData('allowance', owner, addressWord(to))),
            read(token, callData('balanceOf', owner)),
          ]);
    const gas = await ask(quantity, 'eth_estimateGas', { from, to: call.to, data: call.data, value: `0x${call.value.toString(16)}` }).catch(
      (thrown: unknown) => {
        if (thrown instanceof RpcError) return null;
        throw thrown;
      },
    );
    return {
      chainId: Number(chainId),
      block: Number(newest.number),
      nonce: { mined: Number(mined), waiting: Number(waiting) },
      contractHasCode: contractCode !== '0x',
      tokenHasCode,
      decimals,
      allowance,
      tokenBalance,
      coinBalance,
      gasLimit: gas === null ? null : gasReserve(gas),
      baseFeePerGas: newest.baseFeePerGas,
      priorityFeePerGas,
    };
  };

  const find = takerFinder(ask);

  /** What a receipt says; null where there is none. */
  const receiptWord = async ({ hash, head }: { hash: string; head: number }, payment: EvmPayment, confirmations: number) => {
    const found = await ask(receipt.nullable(), 'eth_getTransactionReceipt', hash);
    if (found === null) return null;
    const number = Number(found.blockNumber);
    const there = await ask(block.nullable(), 'eth_getBlockByNumber', `0x${number.toString(16)}`, false);
    const depth = head - number + 1;
    // a receipt of a block that the chain left
    if (there === null || !same(there.hash, found.blockHash) || !same(found.transactionHash, hash)) return { kind: 'known' } as const;
    if (depth < confirmations) return { kind: 'shallow', block: number, depth } as const;
    const ours = same(found.from, payment.from) && same(found.to, callOf(payment).to);
    if (!ours || found.status !== 1n || !moved(found, payment)) return { kind: 'failed', block: number } as const;
    return { kind: 'paid', block: number, blockHash: found.blockHash.toLowerCase(), transaction: hash } as const;
  };

  const wordOf: EvmNode['word'] = async ({ hash, nonce, after = 0 }, payment, confirmations): Promise<TransactionWord | null> => {
    const [chainId, head, mined] = await Promise.all([
      ask(quantity, 'eth_chainId'),
      ask(quantity, 'eth_blockNumber').then(Number),
      ask(quantity, 'eth_getTransactionCount', payment.from, 'latest').then(Number),
    ]);
    // whatever became of it on another chain says nothing of this payment
    if (chainId !== BigInt(payment.chainId)) return null;
    const told = await receiptWord({ hash, head }, payment, confirmations);
    if (told !== null) return told;
    if (mined <= nonce) {
      const known = await ask(z.unknown(), 'eth_getTransactionByHash', hash);
      return { kind: known === null || known === undefined ? 'unknown' : 'known' };
    }
    const until = Math.max(0, head - confirmations + 1);
    const before = await ask(quantity, 'eth_getTransactionCount', payment.from, `0x${until.toString(16)}`);
    if (Number(before) <= nonce) return { kind: 'known' };
    const taker = await find({ nonce, after, until }, payment);
    // a node that shows a transaction in a block and no receipt of it contradicts itself
    if (taker?.hash === hash) return { kind: 'known' };
    const paid = taker?.makesPayment === true ? await receiptWord({ hash: taker.hash, head }, payment, confirmations) : null;
    return paid?.kind === 'paid' ? paid : { kind: 'overtaken', by: taker?.hash ?? null };
  };

  return {
    view: (payment) => sound(view(payment)),
    word: (transaction, payment, confirmations) => wordOf(transaction, payment, confirmations).catch(() => null),
  };
};
