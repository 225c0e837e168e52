import { limitsShape, type Slice, sliceLimitsText } from '../../agents/slice.ts';
import { exactly, text } from '../../stored/shape.ts';
import type { PlanKind } from '../plan-kind.ts';
import { costAsPlanned, endsNothing, ofNoVm, signedAsPlan } from './plain-kind.ts';
import { createText, type ProvisionSubject, provisionMembers, type ReplaySubject, wholeCost } from './provision.ts';

/** The agent that is to live in a VM: a child of the agent that asks for it, with a part of what that one may do. */
export interface Child {
  name: string;
  parent: string;
  limits: Slice['limits'];
}

export type SpawnSubject = ProvisionSubject & { child: Child };

export type SpawnReplay = ReplaySubject & { child: Child };

export const vmSpawn: PlanKind<SpawnSubject> = {
  takenBy: 'vm spawn',
  subject: exactly({ ...provisionMembers, child: exactly({ name: text, parent: text, limits: limitsShape }) }),
  boundTo: ({ child }) => ({ child }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject }) =>
    `${createText(subject)}, and let agent ${subject.child.name} in to live in it, a child of ${subject.child.parent}: ${sliceLimitsText(subject.child.limits)}`,
  mostUsd: wholeCost,
  phrase: costAsPlanned,
  summaryTellsWhy: false,
};
