import { exactly, nullable, text } from '../../stored/shape.ts';
import { costAsPlanned, endsNothing, ofNoVm } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

export interface FunderSubject {
  account: string;
  /** The funder before; null for none. */
  from: string | null;
  /** Whose transfer of a quoted sum is to approve a request; null: nobody's. */
  to: string | null;
}

export const policyFunder: PlanKind<FunderSubject> = {
  takenBy: 'policy set',
  subject: exactly({ account: text, from: nullable(text), to: nullable(text) }),
  boundTo: ({ from, to }) => ({ from, to }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: ({ to }) => ({ kind: 'funder', funder: to }),
  what: ({ subject: { to } }) =>
    to === null
      ? 'No transfer approves anything'
      : `A transfer of the quoted sum from ${to} approves the request that quotes it, in place of a signature`,
  mostUsd: costAsPlanned,
  phrase: ({ subject: { to } }) => (to === null ? 'remove' : to.slice(-6)),
  summaryTellsWhy: true,
};
