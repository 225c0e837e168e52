import { exactly, flag, nullable, text } from '../../stored/shape.ts';
import { costAsPlanned, endsNothing, ofNoVm } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

export interface ApproverSubject {
  account: string;
  from: string | null;
  /** The new approver; null removes the approver. */
  to: string | null;
  changed: boolean;
}

const change = (takenBy: string): PlanKind<ApproverSubject> => ({
  takenBy,
  subject: exactly({ account: text, from: nullable(text), to: nullable(text), changed: flag }),
  boundTo: ({ from }) => ({ from }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: ({ from, to }) => ({ kind: 'change', from, to }),
  what: ({ subject }) => (subject.to === null ? 'No approver any more: a person at a terminal approves' : 'Another approver'),
  mostUsd: costAsPlanned,
  phrase: ({ subject }) => (subject.to === null ? 'remove' : subject.to.slice(-6)),
  summaryTellsWhy: false,
});

export const approverSet = change('policy approver set');
export const approverRemove = change('policy approver remove');
