import { exactly, flag, nullable, text } from '../../stored/shape.ts';
import { shortId } from '../../text/short-id.ts';
import { endsNothing, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';
import { createText, type ProvisionSubject, provisionMembers, type ReplaySubject, wholeCost } from './provision.ts';

/** The old VM of a redeploy, stored with the new VM's operation, so that a later call can finish the succession. */
export interface Succession {
  /** Item hash of the VM whose spec is used again. */
  old: string;
  replace: boolean;
  /** The name that the new VM takes over once it has replaced the old one; null: it keeps the name it was created with. */
  rename: string | null;
}

export type RedeploySubject = ProvisionSubject & Succession;

export type RedeployReplay = ReplaySubject & Succession;

export const successionMembers = { old: text, replace: flag, rename: nullable(text) };

export const vmRedeploy: PlanKind<RedeploySubject> = {
  takenBy: 'vm redeploy',
  subject: exactly({ ...provisionMembers, ...successionMembers }),
  boundTo: ({ old }) => ({ old }),
  // An approval is bound to the old VM's id already, and its arguments say whether that VM is destroyed.
  ends: endsNothing,
  about: ({ old }) => [old],
  signedAs: signedAsPlan,
  what: ({ subject }) => {
    const instead = subject.replace ? `, then destroy ${shortId(subject.old)}; what is on its disk is lost` : '';
    return `${createText(subject)}${instead}`;
  },
  mostUsd: wholeCost,
  phrase: ({ cost }) => cost?.mostUsd ?? 'redeploy',
  summaryTellsWhy: false,
};
