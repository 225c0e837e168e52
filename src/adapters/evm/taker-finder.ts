import * as z from 'zod';
import type { EvmPayment } from '../../ports/evm/evm.ts';
import { callOf } from './call-of.ts';
import { addressWord, transferTopic } from './erc20.ts';

/** Asks a node and reads its answer by the schema. */
export type Ask = <Schema extends z.ZodType>(schema: Schema, method: string, ...params: unknown[]) => Promise<z.output<Schema>>;

const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/)
  .transform((text) => BigInt(text));
const bytes32 = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((text) => text.toLowerCase());
const mined = z.object({
  hash: bytes32,
  from: z.string(),
  to: z.string().nullable(),
  nonce: quantity,
  value: quantity,
  input: z.string(),
});
const logs = z.array(z.object({ transactionHash: bytes32 }));
/** A block of a chain of another make may hold transactions of other shapes. */
const fullBlock = z.object({ transactions: z.array(mined.nullable().catch(null)) });

type Mined = z.output<typeof mined>;

/** The transaction that took a nonce, and whether its call is exactly that of the payment. */
interface Taker {
  hash: string;
  makesPayment: boolean;
}

const hexOf = (block: number): string => `0x${block.toString(16)}`;

/**
 * Finds the transaction of the payer that took a nonce in the blocks after `after` up to `until`; null where the node does not show it. A transfer of
 * the token to the contract has a log, which nodes keep for ever; for any other one the block is looked for in which the payer's count passed the
 * nonce.
 */
export const takerFinder = (ask: Ask) => {
  const byLogs = async ({ after, until }: Span, { token, from, to }: EvmPayment): Promise<Mined[]> => {
    if (token === null) return [];
    const topics = [transferTopic, `0x${addressWord(from)}`, `0x${addressWord(to)}`];
    const found = await ask(logs, 'eth_getLogs', { address: token, topics, fromBlock: hexOf(after), toBlock: hexOf(until) });
    const hashes = [...new Set(found.map(({ transactionHash }) => transactionHash))];
    const read = await Promise.all(hashes.map((hash) => ask(mined.nullable(), 'eth_getTransactionByHash', hash)));
    return read.filter((transaction) => transaction !== null);
  };

  const byCount = async ({ nonce, after, until }: Span, { from }: EvmPayment): Promise<Mined[]> => {
    let [below, reached] = [after, until];
    while (reached - below > 1) {
      const middle = Math.floor((below + reached) / 2);
      const count = Number(await ask(quantity, 'eth_getTransactionCount', from, hexOf(middle)));
      [below, reached] = count > nonce ? [below, middle] : [middle, reached];
    }
    return (await ask(fullBlock, 'eth_getBlockByNumber', hexOf(reached), true)).transactions.filter((each) => each !== null);
  };

  return async (span: Span, payment: EvmPayment): Promise<Taker | null> => {
    const took = ({ from, nonce }: Mined): boolean => from.toLowerCase() === payment.from.toLowerCase() && nonce === BigInt(span.nonce);
    const call = callOf(payment);
    for (const look of [byLogs, byCount]) {
      // a node may keep no states of old blocks, or search for logs in a few blocks only
      const taker = (await look(span, payment).catch(() => [])).find(took);
      if (taker === undefined) continue;
      const same =
        taker.to?.toLowerCase() === call.to.toLowerCase() && taker.input.toLowerCase() === call.data && taker.value === call.value;
      return { hash: taker.hash, makesPayment: same };
    }
    return null;
  };
};

interface Span {
  nonce: number;
  after: number;
  until: number;
}
