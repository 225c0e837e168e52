import { factsOf, type Quote } from '../../domain/ledger/effect-facts.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** A quote as the audit trail has it: rows of approvals can be edited unseen, rows of the trail cannot. */
export interface QuoteRow {
  seq: number;
  approval: string;
  /** When the request was made, whole ms as the network counts. */
  at: number;
  quote: Quote;
}

export type EndOfApproval = 'used' | 'denied' | 'void';

/** What approvals came to, by their ids. An envelope that something was taken from is not over. */
export type Ends = ReadonlyMap<string, EndOfApproval>;

type Trail = Pick<LedgerReader, 'effects'>;

/** Every quote of a network's requests since a time (ms), oldest first. */
export const quotesOf = (ledger: Trail, network: string, since: number): QuoteRow[] =>
  ledger
    .effects({ network, point: 'approval.request', since: Math.floor(since) })
    .flatMap((effect) => {
      const { approval, quote } = factsOf('approval.request', effect);
      return quote === undefined ? [] : [{ seq: effect.seq, approval, at: Math.floor(effect.at), quote }];
    })
    .reverse();

/** What answers this request in place of a person's word; null where nothing does. Of two rows of one request the older one counts. */
export const quoteOf = (quotes: readonly QuoteRow[], { id }: { id: string }): QuoteRow | null =>
  quotes.find(({ approval }) => approval === id) ?? null;

/**
 * What the audit trail says that the account's approvals came to, whenever that was: a row set back to `granted` in an editor is over still. Reads
 * all of it at once, because a list of approvals would read the trail once for each.
 */
export const endsOf = (ledger: Trail, { account, network }: { account: string; network: string }): Ends => {
  const at = <Point extends 'approval.deny' | 'approval.void' | 'approval.use' | 'approval.request'>(point: Point) =>
    ledger.effects({ account, network, point }).map((effect) => ({ facts: factsOf(point, effect), outcome: effect.outcome }));
  const overtaken = at('approval.request').filter(({ outcome }) => outcome === 'overtaken');
  const uses = at('approval.use').filter(({ facts }) => !('taken' in facts));
  return new Map<string, EndOfApproval>([
    ...[...at('approval.void'), ...overtaken].map(({ facts }) => [facts.approval, 'void'] as const),
    ...at('approval.deny').map(({ facts }) => [facts.approval, 'denied'] as const),
    ...uses.map(({ facts, outcome }) => [facts.approval, outcome === 'void' ? 'void' : 'used'] as const),
  ]);
};
