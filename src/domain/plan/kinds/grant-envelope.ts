import { usd } from '../../money/money.ts';
import { count, digits, exactly, oneOf, time } from '../../stored/shape.ts';
import { type Envelope, envelopeText } from '../envelope.ts';
import { byArguments, endsNothing, ofNoVm } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

export interface EnvelopeSubject {
  how: 'envelope';
  envelope: Envelope;
}

const most = ({ subject }: { subject: EnvelopeSubject }): string => usd(BigInt(subject.envelope.credits));

export const approveEnvelope: PlanKind<EnvelopeSubject> = {
  takenBy: 'approve',
  subject: exactly({
    how: oneOf('envelope'),
    envelope: exactly({ credits: digits, ttlSeconds: time, computeUnits: count, vms: count, forSeconds: time }),
  }),
  boundTo: byArguments,
  ends: endsNothing,
  about: ofNoVm,
  signedAs: ({ envelope }) => ({ kind: 'envelope', envelope }),
  what: ({ subject }) => envelopeText(subject.envelope),
  mostUsd: most,
  phrase: most,
  summaryTellsWhy: false,
};
