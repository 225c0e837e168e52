import { exactly, list, nullable, oneOf, text } from '../../stored/shape.ts';
import { costAsPlanned, endsNothing, ofNoVm, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

/** Why a top-up ended that a person gave up, in the trail. */
export const abandoned = 'abandoned';

/** A top-up that a person gives up, since it can never be paid any more, or was paid and never credited. */
export interface AbandonSubject {
  account: string;
  operation: string;
  /** Hash of its transaction. */
  transaction: string;
  /** "5 USDC". */
  amount: string;
  /** `overtaken`: another transaction took its nonce; `failed`: its own moved no tokens; `uncredited`: it paid, and no credits came. */
  how: 'overtaken' | 'failed' | 'uncredited';
  /** Hash of the transaction that took the nonce or that paid; null where the nodes do not show it. */
  by: string | null;
  /** Hosts of the EVM nodes that prove it. */
  nodes: readonly string[];
}

const reasons = {
  overtaken: ({ by }: AbandonSubject) =>
    by === null
      ? 'its nonce is used, and the nodes do not show by which transaction. Look what left the address before you pay again'
      : `transaction ${by} took its nonce and pays something else. Look what that one did before you pay again`,
  failed: () => 'the chain took its transaction and moved no tokens',
  uncredited: ({ by, amount }: AbandonSubject) =>
    `transaction ${by} paid ${amount} and no credits came. The tokens are gone; only whoever sells the credits can still make it good`,
};

/** What is known of the tokens of a top-up that is given up. */
export const lossWords = (subject: AbandonSubject): string => reasons[subject.how](subject);

export const topupAbandon: PlanKind<AbandonSubject> = {
  takenBy: 'credits topup',
  subject: exactly({
    account: text,
    operation: text,
    transaction: text,
    amount: text,
    how: oneOf('overtaken', 'failed', 'uncredited'),
    by: nullable(text),
    nodes: list(text),
  }),
  boundTo: ({ operation, transaction, how, by, nodes }) => ({ operation, transaction, how, by, nodes }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject }) =>
    `Give up the top-up ${subject.operation} of ${subject.amount}: ${lossWords(subject)}. The EVM nodes that prove it: ${subject.nodes.join(' and ')}`,
  mostUsd: costAsPlanned,
  phrase: ({ subject }) => subject.operation,
  summaryTellsWhy: true,
};
