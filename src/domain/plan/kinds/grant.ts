import { creditChannel, ownChannel } from '../../grants/grant-entry.ts';
import { decimal, exactly, list, optional, text, time } from '../../stored/shape.ts';
import { counted } from '../../text/counted.ts';
import { formatDuration } from '../../text/duration.ts';
import { byArguments, costAsPlanned, endsNothing, listOfIds, ofNoVm, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

/** Everything that a grant of this account would let the delegate reach besides what the delegate makes itself. */
export interface GrantExposure {
  /** Item hashes of VMs that the delegate could destroy. */
  vms: readonly string[];
  /** Item hashes of programs, which burn the same credits. */
  programs: readonly string[];
  creditsUsd: string;
}

export interface GrantSubject {
  account: string;
  address: string;
  channel: string;
  /** Seconds after which this account's gc takes the grant back; absent where it stands until somebody does. */
  lastsSeconds?: number;
  exposes: GrantExposure;
}

const exposureWords = ({ vms, programs, creditsUsd }: GrantExposure): string =>
  `${counted(vms.length, 'VM')} and ${counted(programs.length, 'program')} of others, ${creditsUsd} USD of credits`;

export const authzGrant: PlanKind<GrantSubject> = {
  takenBy: 'authz grant',
  subject: exactly({
    account: text,
    address: text,
    channel: text,
    lastsSeconds: optional(time),
    exposes: exactly({ vms: list(text), programs: list(text), creditsUsd: text }),
  }),
  boundTo: ({ address, channel, lastsSeconds, exposes: { vms, programs } }) => ({
    address,
    channel,
    vms,
    programs,
    ...(lastsSeconds === undefined ? {} : { lastsSeconds }),
  }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: ({ address, channel, exposes }) => ({
    kind: 'grant',
    to: address,
    channel,
    exposes: [...exposes.vms, ...exposes.programs].join(', ') || 'nothing of others',
    creditsUsd: exposes.creditsUsd,
  }),
  what: ({ subject: { address, exposes, lastsSeconds } }) =>
    `Let ${address} rent VMs that this account pays${lastsSeconds === undefined ? '' : `, for ${formatDuration(lastsSeconds)}`}; it reaches ${exposureWords(exposes)}`,
  mostUsd: costAsPlanned,
  phrase: ({ subject }) => subject.address.slice(-6),
  summaryTellsWhy: false,
};

export interface OwnGrantSubject {
  account: string;
  /** The owner, whose money the account lives on. */
  address: string;
  /** All that the account holds. */
  creditsUsd: string;
}

/** The grant back to an owner, which reaches everything that the account has. */
export const authzGrantOwn: PlanKind<OwnGrantSubject> = {
  takenBy: 'authz grant',
  subject: exactly({ account: text, address: text, creditsUsd: decimal }),
  boundTo: ({ address }) => ({ address }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: ({ address, creditsUsd }) => ({
    kind: 'grant',
    to: address,
    channel: `${ownChannel}, ${creditChannel}`,
    exposes: 'all VMs and all credits of the account',
    creditsUsd,
  }),
  what: ({ subject: { address, creditsUsd } }) =>
    `Let ${address} end the VMs of this account and take its credits back, ${creditsUsd} USD now, with its own key alone`,
  mostUsd: costAsPlanned,
  phrase: ({ subject }) => subject.address.slice(-6),
  summaryTellsWhy: false,
};

export interface RevokeSubject {
  account: string;
  address: string;
  /** Item hashes of the delegate's VMs that the owner ends; none where they go on. */
  ends: readonly string[];
}

/** Taking a grant back asks nobody; ending the delegate's VMs with it does. */
export const authzRevoke: PlanKind<RevokeSubject> = {
  takenBy: 'authz revoke',
  subject: exactly({ account: text, address: text, ends: list(text) }),
  boundTo: byArguments,
  ends: ({ ends }) => ends,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject: { address, ends } }) =>
    ends.length === 0
      ? `Take all grants back from ${address}`
      : `Take all grants back from ${address} and destroy its VMs ${listOfIds(ends)}; what is on their disks is lost`,
  mostUsd: costAsPlanned,
  phrase: ({ subject }) => `destroy ${subject.ends.length}`,
  summaryTellsWhy: false,
};
