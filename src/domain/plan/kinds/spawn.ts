import { limitsShape, type Slice, sliceLimitsText } from '../../agents/slice.ts';
import { Exact } from '../../money/exact.ts';
import { creditsOver, usd } from '../../money/money.ts';
import { exactly, text } from '../../stored/shape.ts';
import { endsNothing, ofNoVm, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';
import { createText, type ProvisionSubject, provisionMembers, type ReplaySubject } from './provision.ts';

/** The agent that is to live in a VM: a child of the agent that asks for it, with a part of what that one may do. */
export interface Child {
  name: string;
  parent: string;
  limits: Slice['limits'];
}

export type SpawnSubject = ProvisionSubject & { child: Child };

export type SpawnReplay = ReplaySubject & { child: Child };

/** All that a person agrees to: the VM for its whole lifetime, and what the child in it may spend. */
export const spawnUsd = ({ subject: { rate, ttlSeconds, child } }: { subject: SpawnSubject }): string =>
  usd(creditsOver(new Exact(rate), ttlSeconds) + BigInt(child.limits.maxTotalCredits));

export const vmSpawn: PlanKind<SpawnSubject> = {
  takenBy: 'vm spawn',
  subject: exactly({ ...provisionMembers, child: exactly({ name: text, parent: text, limits: limitsShape }) }),
  boundTo: ({ child }) => ({ child }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject }) =>
    `${createText(subject)}, and let agent ${subject.child.name} in to live in it, a child of ${subject.child.parent}: ${sliceLimitsText(subject.child.limits)}, else no more than ${subject.child.parent} may`,
  mostUsd: spawnUsd,
  phrase: spawnUsd,
  summaryTellsWhy: false,
};
