import { count, exactly, nullable, text, time } from '../../stored/shape.ts';
import { costAsPlanned, endsNothing, ofNoVm } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

export interface ThawSubject {
  account: string;
  /** The number of the newest freeze that the thaw ends; later freezes stay. */
  upTo: number;
  frozenAt: number | null;
}

export const thawAccount: PlanKind<ThawSubject> = {
  takenBy: 'thaw',
  subject: exactly({ account: text, upTo: count, frozenAt: nullable(time) }),
  boundTo: ({ upTo }) => ({ upTo }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: ({ upTo, frozenAt }) => ({ kind: 'thaw', upTo, frozenAt }),
  what: () => 'Creation and extension may go on',
  mostUsd: costAsPlanned,
  phrase: () => 'thaw',
  summaryTellsWhy: false,
};
