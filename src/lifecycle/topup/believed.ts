import type { TransactionWord } from '../../ports/evm/evm.ts';

/** What is made of the words of one node or two. `unpaid` ends a top-up, so two nodes must say so: after it another one may be paid. */
export type Verdict =
  | { kind: 'paid'; block: number; words: string }
  | { kind: 'unpaid'; by: 'failed' | 'overtaken'; words: string }
  | { kind: 'open'; words: string };

const unpaidWords = {
  failed: 'the chain took the transaction and moved no tokens',
  overtaken: 'another transaction of the address took its nonce',
} as const;

const isUnpaid = (word: TransactionWord): word is Extract<TransactionWord, { kind: 'failed' | 'overtaken' }> =>
  word.kind === 'failed' || word.kind === 'overtaken';

const openWords = (word: TransactionWord): string => {
  if (word.kind === 'shallow') return `it is in block ${word.block}, and ${word.depth} deep`;
  if (word.kind === 'paid') return `one node of two says that it is paid, in block ${word.block}`;
  return word.kind === 'unknown' ? 'no block has it, and a node does not know it' : 'it waits to be mined';
};

/** Makes a verdict of what each node said; null for one that did not answer. */
export const believed = (words: readonly (TransactionWord | null)[]): Verdict => {
  const [first, second = first] = words;
  if (!first || !second) return { kind: 'open', words: 'an EVM node does not answer' };
  if (first.kind === 'paid' && second.kind === 'paid' && first.blockHash === second.blockHash) {
    return { kind: 'paid', block: first.block, words: 'it is paid, and two CCN hosts do not show the credits yet' };
  }
  if (isUnpaid(first) && isUnpaid(second)) {
    const why = unpaidWords[first.kind];
    if (words.length > 1 && first.kind === second.kind) return { kind: 'unpaid', by: first.kind, words: why };
    return { kind: 'open', words: `one node says that ${why}; give a second one with --rpc to settle it` };
  }
  return { kind: 'open', words: openWords(first.kind === 'paid' ? second : first) };
};
