import { exactly, flag, nullable, text } from '../../stored/shape.ts';
import { shortId } from '../../text/short-id.ts';
import type { PlanKind } from '../plan-kind.ts';
import { endsNothing, signedAsPlan } from './plain-kind.ts';
import { createText, type ProvisionSubject, provisionMembers, type ReplaySubject, wholeCost } from './provision.ts';

/** Stored with the new VM's operation, by which a later call finds what it has to go on with. */
export interface Succession {
  /** Item hash of the VM whose spec is taken again. */
  old: string;
  replace: boolean;
  /** What the new VM is called once it has replaced the old one; null: as it was made. */
  rename: string | null;
}

export type RedeploySubject = ProvisionSubject & Succession;

export type RedeployReplay = ReplaySubject & Succession;

export const successionMembers = { old: text, replace: flag, rename: nullable(text) };

export const vmRedeploy: PlanKind<RedeploySubject> = {
  takenBy: 'vm redeploy',
  subject: exactly({ ...provisionMembers, ...successionMembers }),
  boundTo: ({ old }) => ({ old }),
  // The old VM is bound by its id, and destroyed or kept by the arguments.
  ends: endsNothing,
  signedAs: signedAsPlan,
  what: ({ subject }) => {
    const instead = subject.replace ? `, then destroy ${shortId(subject.old)}; what is on its disk is lost` : '';
    return `${createText(subject)}${instead}`;
  },
  mostUsd: wholeCost,
  phrase: ({ cost }) => cost?.mostUsd ?? 'redeploy',
  summaryTellsWhy: false,
};
