import { exactly, flag, text } from '../../stored/shape.ts';
import { shortId } from '../../text/short-id.ts';
import { costAsPlanned, endsNothing, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

export interface ProtectSubject {
  id: string;
  protect: boolean;
}

/** Only removing a VM's protection needs approval. */
export const vmProtect: PlanKind<ProtectSubject> = {
  takenBy: 'vm protect',
  subject: exactly({ id: text, protect: flag }),
  boundTo: ({ id }) => ({ id }),
  ends: endsNothing,
  about: ({ id }) => [id],
  signedAs: signedAsPlan,
  what: ({ subject }) => `Take the protection from VM ${shortId(subject.id)}`,
  mostUsd: costAsPlanned,
  phrase: (_plan, vm) => `unprotect ${vm}`,
  summaryTellsWhy: false,
};
