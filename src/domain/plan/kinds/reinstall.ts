import { exactly, text } from '../../stored/shape.ts';
import { shortId } from '../../text/short-id.ts';
import { costAsPlanned, endsNothing, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

export interface ReinstallSubject {
  id: string;
}

export const vmReinstall: PlanKind<ReinstallSubject> = {
  takenBy: 'vm reinstall',
  subject: exactly({ id: text }),
  boundTo: ({ id }) => ({ id }),
  ends: endsNothing,
  about: ({ id }) => [id],
  signedAs: signedAsPlan,
  what: ({ subject }) => `Reinstall ${shortId(subject.id)}; what is on its disk is lost`,
  mostUsd: costAsPlanned,
  phrase: (_plan, vm) => `reinstall ${vm}`,
  summaryTellsWhy: false,
};
