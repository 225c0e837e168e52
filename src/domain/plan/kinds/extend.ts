import { Exact } from '../../money/exact.ts';
import { creditsOver, usd } from '../../money/money.ts';
import { decimal, digits, exactly, nothing, nullable, type Shape, text, time } from '../../stored/shape.ts';
import { formatDuration } from '../../text/duration.ts';
import { formatInstant } from '../../text/instant.ts';
import { shortId } from '../../text/short-id.ts';
import { costAsPlanned, endsNothing, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

/** A term as JSON, stored with the operation and with an approval. */
export interface StoredTerm {
  expiresAt: number;
  ttlSeconds: number;
  hold: string;
}

/** The extension of one VM. The VM goes back to the term `from` where the new expiry could not be published. */
export interface ExtendSubject {
  vm: string;
  account: string;
  from: StoredTerm;
  to: StoredTerm;
  /** The rate that the cost was computed from, credits per second. */
  rate: string;
  requestId: string | null;
  argumentsDigest: string;
  goOn: null;
}

/** An extension that holds no new credits: the VM ends at that time already (`operation` null), or the same extension is under way. */
export interface GoOnSubject {
  vm: string;
  goOn: { operation: string | null };
}

const term: Shape<StoredTerm> = exactly({ expiresAt: time, ttlSeconds: time, hold: digits });

export const vmExtend: PlanKind<ExtendSubject> = {
  takenBy: 'vm extend',
  subject: exactly({
    vm: text,
    account: text,
    from: term,
    to: term,
    rate: decimal,
    requestId: nullable(text),
    argumentsDigest: text,
    goOn: nothing,
  }),
  // Bound to both expiries and the price, but not to holds: that of the old term may settle meanwhile.
  boundTo: ({ vm, from, to, rate }) => ({ vm, from: from.expiresAt, to: to.expiresAt, ttlSeconds: to.ttlSeconds, rate }),
  ends: endsNothing,
  about: ({ vm }) => [vm],
  signedAs: signedAsPlan,
  what: ({ subject: { vm, to } }) =>
    `Let VM ${shortId(vm)} live until ${formatInstant(to.expiresAt)}, ${formatDuration(to.ttlSeconds)} in all`,
  mostUsd: ({ subject: { rate, to } }) => usd(creditsOver(new Exact(rate), to.ttlSeconds)),
  phrase: costAsPlanned,
  summaryTellsWhy: false,
};
