import { exactly, list, oneOf, text } from '../../stored/shape.ts';
import type { PlanKind } from '../plan-kind.ts';
import { byArguments, costAsPlanned, listOfIds, signedAsPlan } from './plain-kind.ts';

export interface DestroySubject {
  ids: readonly string[];
  ending: 'destroy' | 'expired';
}

/** A freeze that also ends all VMs that the account has running. */
export interface FreezeSubject extends DestroySubject {
  account: string;
}

const members = { ids: list(text), ending: oneOf('destroy', 'expired') };

export const vmDestroy: PlanKind<DestroySubject> = {
  takenBy: 'vm destroy',
  subject: exactly(members),
  boundTo: byArguments,
  ends: ({ ids }) => ids,
  about: ({ ids }) => ids,
  signedAs: signedAsPlan,
  what: ({ subject }) => `Destroy ${listOfIds(subject.ids)}; what is on their disks is lost`,
  mostUsd: costAsPlanned,
  phrase: ({ subject }) => `destroy ${subject.ids.length}`,
  summaryTellsWhy: false,
};

export const freezeAll: PlanKind<FreezeSubject> = {
  takenBy: 'freeze',
  subject: exactly({ ...members, account: text }),
  boundTo: byArguments,
  ends: ({ ids }) => ids,
  about: ({ ids }) => ids,
  signedAs: signedAsPlan,
  what: ({ subject }) => `Stop creation and extension, and destroy ${listOfIds(subject.ids)}; what is on their disks is lost`,
  mostUsd: costAsPlanned,
  phrase: (_plan, key) => key,
  summaryTellsWhy: false,
};
