import { exactly, list, oneOf, text } from '../../stored/shape.ts';
import { costAsPlanned, endsNothing, listOfIds, ofNoVm, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

export interface AgentSubject {
  account: string;
  name: string;
}

/** The end of all VMs of an agent that is revoked. */
export interface AgentEndSubject extends AgentSubject {
  ids: readonly string[];
  ending: 'destroy';
}

const members = { account: text, name: text };

/** A new token for an agent: whoever has the invitation is that agent from then on. */
export const agentsRotate: PlanKind<AgentSubject> = {
  takenBy: 'agents rotate',
  subject: exactly(members),
  boundTo: ({ name }) => ({ name }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject }) => `Invite agent ${subject.name} anew; its token so far counts no more`,
  mostUsd: costAsPlanned,
  phrase: ({ subject }) => subject.name,
  summaryTellsWhy: false,
};

export const agentsResume: PlanKind<AgentSubject> = {
  ...agentsRotate,
  takenBy: 'agents resume',
  what: ({ subject }) => `Let agent ${subject.name} go on`,
};

export const agentsRevoke: PlanKind<AgentEndSubject> = {
  takenBy: 'agents revoke',
  subject: exactly({ ...members, ids: list(text), ending: oneOf('destroy') }),
  boundTo: ({ name }) => ({ name }),
  ends: ({ ids }) => ids,
  about: ({ ids }) => ids,
  signedAs: signedAsPlan,
  what: ({ subject }) => `Destroy the VMs of agent ${subject.name}: ${listOfIds(subject.ids)}; what is on their disks is lost`,
  mostUsd: costAsPlanned,
  phrase: ({ subject }) => `destroy ${subject.ids.length}`,
  summaryTellsWhy: false,
};
