/** The evidence about a VM that does not answer. */
export interface UnreachableCase {
  /** For how long the VM has not answered, ms. */
  silentMs: number;
  /** After how many silent seconds the policy ends such a VM; 0: never. */
  limitSeconds: number;
  /** The node says that it does not run the VM, or the scheduler says that the VM left its node or that it no longer reaches the node. */
  confirmed: boolean;
  /** A VM on another node answered SSH just now, so this machine's own network works. */
  controlAnswers: boolean;
  /** How many nodes have VMs of ours that do not answer, this VM's node included. */
  affectedNodes: number;
}

export type UnreachableVeto = 'off' | 'tooSoon' | 'severalNodes' | 'unconfirmed' | 'ownNetwork';

/** The reasons not to end a VM that does not answer; an empty list allows it. Any doubt keeps the VM (product.md §1 rule 5, §2). */
export const judgeUnreachable = (found: UnreachableCase): UnreachableVeto[] => {
  if (found.limitSeconds === 0) return ['off'];
  return [
    ...(found.silentMs < found.limitSeconds * 1000 ? (['tooSoon'] as const) : []),
    ...(found.affectedNodes > 1 ? (['severalNodes'] as const) : []),
    ...(found.confirmed ? [] : (['unconfirmed'] as const)),
    ...(found.controlAnswers ? [] : (['ownNetwork'] as const)),
  ];
};
