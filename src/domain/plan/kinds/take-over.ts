import { exactly, nullable, optional, text } from '../../stored/shape.ts';
import { shortId } from '../../text/short-id.ts';
import { costAsPlanned, endsNothing, ofNoVm, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

export interface TakeOverSubject {
  account: string;
  /** The published head that this ledger's head replaces; null where no other ledger spent. */
  replaces: string | null;
  /** The approver that the account has published and this ledger does not know, who signs; absent or null where there is none. */
  approver?: string | null;
}

export const ledgerTakeOver: PlanKind<TakeOverSubject> = {
  takenBy: 'ledger take-over',
  subject: exactly({ account: text, replaces: nullable(text), approver: optional(nullable(text)) }),
  boundTo: ({ replaces, approver = null }) => ({ replaces, approver }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject }) => `Let this ledger spend instead of the one that did last, ${shortId(subject.replaces ?? 'none')}`,
  mostUsd: costAsPlanned,
  phrase: () => 'take over',
  summaryTellsWhy: true,
};
