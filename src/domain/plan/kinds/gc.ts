import { count, exactly, nullable, text } from '../../stored/shape.ts';
import { shortId } from '../../text/short-id.ts';
import { byArguments, costAsPlanned, endsNothing, ofNoVm, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

export interface InstallSubject {
  account: string;
  /** The key's name, as --account takes it. */
  key: string;
  everyMinutes: number;
  /** The alert target to choose; null leaves the current one. */
  alerts: { command: string | null; url: string | null } | null;
}

export const gcInstall: PlanKind<InstallSubject> = {
  takenBy: 'gc install',
  subject: exactly({
    account: text,
    key: text,
    everyMinutes: count,
    alerts: nullable(exactly({ command: nullable(text), url: nullable(text) })),
  }),
  boundTo: byArguments,
  ends: endsNothing,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject: { alerts } }) =>
    `Let gc run by itself, alerting ${[alerts?.command, alerts?.url].filter((target) => typeof target === 'string').join(' and ') || 'nobody'}`,
  mostUsd: costAsPlanned,
  phrase: () => 'alert',
  summaryTellsWhy: false,
};

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
