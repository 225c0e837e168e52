import type { VmRecord } from './vm-record.ts';

/** How many CCN hosts list a VM as live, and how many answer without it. */
export interface HostsWord {
  listedBy: number;
  deniedBy: number;
}

/** A CCN host's list may lag behind what two hosts answered about the message; after this it is believed again. */
const listLagMs = 10 * 60_000;
/** Lists are judged by while they are ten seconds old: a VM that ended since they were read is still on them. */
const listAgeMs = 15_000;
/** The end of a VM is the latest of several clocks, hence a little ahead at times; a row that names a later end was written by nobody of ours. */
const clockSlackMs = 5 * 60_000;

/**
 * Tells whether a VM that its row calls given up or gone is alive on the network after all. A VM that two hosts had called gone counts again at
 * once where two list it, and where one lists it long afterwards, unless two others still answer without it.
 */
export const cameBack = (
  { state, terminatedAt }: Pick<VmRecord, 'state' | 'terminatedAt'>,
  listed: HostsWord | undefined,
  now: number,
): boolean => {
  if (listed === undefined || (state !== 'dormant' && state !== 'terminated')) return false;
  if (state === 'dormant' || terminatedAt === null || terminatedAt - now > clockSlackMs) return true;
  const ago = now - terminatedAt;
  return listed.listedBy >= 2 ? ago > listAgeMs : ago > listLagMs && listed.deniedBy < 2;
};
