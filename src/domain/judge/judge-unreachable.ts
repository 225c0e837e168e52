/** What is known of a VM that does not answer. */
export interface UnreachableCase {
  /** How long nothing has answered, ms. */
  silentMs: number;
  /** From the policy, seconds; 0: VMs are never ended for this. */
  limitSeconds: number;
  /** The node says that it does not run it, or the scheduler that it is off its node or reaches the node no more. */
  confirmed: boolean;
  /** SSH of another node answered from here, just now. */
  controlAnswers: boolean;
  /** Nodes on which VMs of ours do not answer, this one among them. */
  affectedNodes: number;
}

export type UnreachableVeto = 'off' | 'tooSoon' | 'severalNodes' | 'unconfirmed' | 'ownNetwork';

/** Why a VM that does not answer is not ended for it; empty: it may be. Any doubt keeps it (product.md §1 rule 5, §2). */
export const judgeUnreachable = (found: UnreachableCase): UnreachableVeto[] => {
  if (found.limitSeconds === 0) return ['off'];
  return [
    ...(found.silentMs < found.limitSeconds * 1000 ? (['tooSoon'] as const) : []),
    ...(found.affectedNodes > 1 ? (['severalNodes'] as const) : []),
    ...(found.confirmed ? [] : (['unconfirmed'] as const)),
    ...(found.controlAnswers ? [] : (['ownNetwork'] as const)),
  ];
};
