import { exactly, nullable, text, time } from '../../stored/shape.ts';
import { formatDuration } from '../../text/duration.ts';
import { shortId } from '../../text/short-id.ts';
import { costAsPlanned, endsNothing, ofNoVm, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

/** The VM to be adopted. JSON, stored with the operation and with an approval. */
export interface AdoptSubject {
  account: string;
  vm: string;
  /** The name that the caller chose; null: the VM's label, or a random name. */
  name: string | null;
  /** The VM's lifetime from the adoption on; null where its expiry is on public record. */
  ttlSeconds: number | null;
  argumentsDigest: string;
}

export const vmAdopt: PlanKind<AdoptSubject> = {
  takenBy: 'vm adopt',
  subject: exactly({ account: text, vm: text, name: nullable(text), ttlSeconds: nullable(time), argumentsDigest: text }),
  boundTo: ({ vm }) => ({ vm }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject: { vm, ttlSeconds } }) =>
    `Adopt VM ${shortId(vm)}, which may be destroyed then; it ends ${ttlSeconds === null ? 'when the public record says' : `${formatDuration(ttlSeconds)} later`}`,
  mostUsd: costAsPlanned,
  phrase: ({ subject }) => `adopt ${shortId(subject.vm)}`,
  summaryTellsWhy: false,
};
