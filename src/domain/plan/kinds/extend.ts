import { Exact } from '../../money/exact.ts';
import { creditsOver, usd } from '../../money/money.ts';
import { decimal, digits, exactly, nothing, nullable, type Shape, text, time } from '../../stored/shape.ts';
import { formatDuration } from '../../text/duration.ts';
import { formatInstant } from '../../text/instant.ts';
import { shortId } from '../../text/short-id.ts';
import type { PlanKind } from '../plan-kind.ts';
import { costAsPlanned, endsNothing, signedAsPlan } from './plain-kind.ts';

/** A term in JSON: it is stored with the operation and with an approval. */
export interface StoredTerm {
  expiresAt: number;
  ttlSeconds: number;
  hold: string;
}

/** One VM's longer life. The old term is there again where the new one could not be published. */
export interface ExtendSubject {
  vm: string;
  account: string;
  from: StoredTerm;
  to: StoredTerm;
  /** Credits per second that the price was reckoned with. */
  rate: string;
  requestId: string | null;
  argumentsDigest: string;
  goOn: null;
}

/** Nothing new is held: the VM ends then already (`operation` null), or an extension of it is on its way. */
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
  // Of an extension only when it begins counts; what is held for it may settle meanwhile.
  boundTo: ({ vm, from }) => ({ vm, from: from.expiresAt }),
  ends: endsNothing,
  signedAs: signedAsPlan,
  what: ({ subject: { vm, to } }) =>
    `Let VM ${shortId(vm)} live until ${formatInstant(to.expiresAt)}, ${formatDuration(to.ttlSeconds)} in all`,
  mostUsd: ({ subject: { rate, to } }) => usd(creditsOver(new Exact(rate), to.ttlSeconds)),
  phrase: costAsPlanned,
  summaryTellsWhy: false,
};
