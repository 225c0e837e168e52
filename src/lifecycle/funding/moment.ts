import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { approverOf } from '../policy/policy-in-force.ts';
import { type Ends, endsOf, type QuoteRow, quotesOf } from './read-requests.ts';

export const dayMs = 86_400_000;

type Surroundings = Pick<ReadContext, 'signatures' | 'rootPolicy' | 'networkId'>;

/** When approvals of an account are judged, and by whose word: now, or when one was used. */
export interface Moment {
  now: number;
  approver: string | null;
  /** Of two days: those that can be open, and those that an answer to one of them could be for. */
  quotes: () => readonly QuoteRow[];
  /** What the account's approvals came to by then. */
  ends: () => Ends;
  context: Surroundings;
}

/** Call `prepareSignatures` first. `now`: ms. */
export const momentOf = (
  ledger: LedgerReader,
  { account, network }: { account: string; network: string },
  { context, now }: { context: Surroundings; now: number },
): Moment => {
  let quotes: QuoteRow[] | null = null;
  let ends: Ends | null = null;
  return {
    now,
    approver: approverOf(ledger, { account }, context),
    quotes: () => (quotes ??= quotesOf(ledger, network, now - 2 * dayMs)),
    ends: () => (ends ??= endsOf(ledger, { account, network })),
    context,
  };
};
