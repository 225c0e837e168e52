import type { TransactionWord } from '../../ports/evm/evm.ts';

/** What is made of the words of one node or two. `unpaid` ends a top-up, so two nodes must say so: after it another one may be paid. */
export type Verdict =
  | { kind: 'paid'; block: number; transaction: string; words: string }
  | { kind: 'unpaid'; by: string | null; words: string }
  | { kind: 'open'; words: string };

type Unpaid = Extract<TransactionWord, { kind: 'failed' | 'overtaken' }>;

const unpaidWords = (word: Unpaid): string => {
  if (word.kind === 'failed') return 'the chain took its transaction and moved no tokens';
  return word.by === null
    ? 'another transaction of the address took its nonce'
    : `the transaction ${word.by} of the address took its nonce`;
};

const isUnpaid = (word: TransactionWord): word is Unpaid => word.kind === 'failed' || word.kind === 'overtaken';

const takerOf = (word: Unpaid): string | null => (word.kind === 'failed' ? null : word.by);

const openWords = (word: TransactionWord): string => {
  if (word.kind === 'shallow') return `it is in block ${word.block}, and ${word.depth} deep`;
  if (word.kind === 'paid') return `one node of two says that it is paid, in block ${word.block}`;
  return word.kind === 'unknown' ? 'no block has it, and a node does not know it' : 'it waits to be mined';
};

/** Makes a verdict of what each node said; null for one that did not answer. */
export const believed = (words: readonly (TransactionWord | null)[]): Verdict => {
  const [first, second = first] = words;
  if (!first || !second) return { kind: 'open', words: 'an EVM node does not answer' };
  if (first.kind === 'paid' && second.kind === 'paid' && first.blockHash === second.blockHash && first.transaction === second.transaction) {
    const { block, transaction } = first;
    return { kind: 'paid', block, transaction, words: 'it is paid, and two CCN hosts do not show the credits yet' };
  }
  if (isUnpaid(first) && isUnpaid(second)) {
    const [why, by] = [unpaidWords(first), takerOf(first)];
    if (words.length === 1) return { kind: 'open', words: `one node says that ${why}; give a second one with --rpc to settle it` };
    // what took the nonce and is not seen may have paid
    if (first.kind === second.kind && by === takerOf(second) && (first.kind === 'failed' || by !== null)) {
      return { kind: 'unpaid', by, words: why };
    }
    return { kind: 'open', words: `${why}, and the two nodes do not both show which; look yourself, then give it up with --abandon` };
  }
  return { kind: 'open', words: openWords(first.kind === 'paid' ? second : first) };
};
