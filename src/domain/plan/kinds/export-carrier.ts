import { exactly, text } from '../../stored/shape.ts';
import { shortId } from '../../text/short-id.ts';
import type { PlanKind } from '../plan-kind.ts';
import { costAsPlanned, endsNothing, signedAsPlan } from './plain-kind.ts';

export interface CarrierSubject {
  id: string;
}

/** Whoever has the script can end the VM, so handing it out is asked for as destroying the VM is. */
export const gcCarrierExport: PlanKind<CarrierSubject> = {
  takenBy: 'gc carrier export',
  subject: exactly({ id: text }),
  boundTo: ({ id }) => ({ id }),
  ends: endsNothing,
  about: ({ id }) => [id],
  signedAs: signedAsPlan,
  what: ({ subject }) => `Hand out a script with which anybody can destroy VM ${shortId(subject.id)} at any time`,
  mostUsd: costAsPlanned,
  phrase: (_plan, vm) => `hand out ${vm}`,
  summaryTellsWhy: false,
};
