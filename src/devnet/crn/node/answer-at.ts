import type { GuestAnswer } from '../../guests/guest-host.ts';
import { answerOf } from '../vm/guest-of.ts';
import type { Crn } from '../world/crn.ts';
import { hostIpv4 } from './executions.ts';

/** What a connection to this host and port meets: the guest whose SSH port it is mapped to, or nothing. */
export const answerAt = (crns: readonly Crn[], host: string, port: number): GuestAnswer => {
  if (host !== hostIpv4 && host !== 'localhost') return 'refused';
  for (const crn of crns)
    for (const [hash, ports] of Object.entries(crn.state.ports)) if (ports['22']?.host === port) return answerOf(crn, hash);
  return 'refused';
};
