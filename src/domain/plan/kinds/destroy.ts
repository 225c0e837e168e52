import { decimal, exactly, flag, list, oneOf, optional, text } from '../../stored/shape.ts';
import { byArguments, costAsPlanned, listOfIds, ofNoVm, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

export interface DestroySubject {
  ids: readonly string[];
  ending: 'destroy' | 'expired';
  /** The VMs of agents that live in these are among them. */
  withChildren?: boolean;
}

/** A freeze that also ends all VMs that the account has running. */
export interface FreezeSubject extends DestroySubject {
  account: string;
}

const members = { ids: list(text), ending: oneOf('destroy', 'expired') };

export const vmDestroy: PlanKind<DestroySubject> = {
  takenBy: 'vm destroy',
  subject: exactly({ ...members, withChildren: optional(flag) }),
  boundTo: byArguments,
  ends: ({ ids }) => ids,
  about: ({ ids }) => ids,
  signedAs: signedAsPlan,
  what: ({ subject }) => `Destroy ${listOfIds(subject.ids)}; what is on their disks is lost`,
  mostUsd: costAsPlanned,
  phrase: ({ subject: { ids } }, name) => (ids.length === 1 && name !== '' ? name : `destroy ${ids.length}`),
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

/** The end of another account's VMs, and its credits taken back, by the grant that it gave to its owner, who is the account in use. */
export interface RecoverSubject {
  account: string;
  /** The other account. */
  from: string;
  ids: readonly string[];
  /** What the other account holds. */
  creditsUsd: string;
}

export const freezeAsOwner: PlanKind<RecoverSubject> = {
  takenBy: 'freeze',
  subject: exactly({ account: text, from: text, ids: list(text), creditsUsd: decimal }),
  boundTo: ({ from }) => ({ from }),
  ends: ({ ids }) => ids,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject: { from, ids, creditsUsd } }) =>
    `Take all credits of ${from} back, ${creditsUsd} USD now, and destroy its VMs ${listOfIds(ids)}; what is on their disks is lost`,
  mostUsd: costAsPlanned,
  phrase: ({ subject }) => subject.from.slice(-6),
  summaryTellsWhy: false,
};
