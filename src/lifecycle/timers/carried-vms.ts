import { liveStates } from '../../domain/ledger/vm-record.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { counted } from '../../domain/text/counted.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

export interface CarriedVms {
  /** VMs that live. */
  live: number;
  /** Those of them whose script was seen on another machine, which ends them whatever becomes of this one. */
  carried: number;
}

/** Counts the live VMs that another machine ends at their expiry while nothing of ours runs. */
export const carriedVms = (
  ledger: Pick<LedgerReader, 'vms' | 'enforcers'>,
  filter: { network?: string; account?: string } = {},
): CarriedVms => {
  const live = ledger.vms({ ...filter, states: liveStates });
  const carried = live.filter(({ id, network }) =>
    ledger.enforcers({ network, subject: id, kind: 'carrier' }).some(({ state, verifiedAt }) => state === 'armed' && verifiedAt !== null),
  );
  return { live: live.length, carried: carried.length };
};

/** Warns of what happens while a safe is down where no other machine carries the end of every VM: an agent is root in its VM, and stops the timer in there. */
export const warnOfNoCarrier = (context: Pick<ReadContext, 'warn'>, { live, carried }: CarriedVms): void => {
  if (live > 0 && carried === live) return;
  const who =
    carried === 0 ? 'No other machine carries the end of a VM' : `Another machine carries the end of ${carried} of ${counted(live, 'VM')}`;
  context.warn(
    'NO_CARRIER',
    `${who}: while the safe is down only the balance ends what an agent lets run. For each VM: ${commandLine('gc carrier export', 'NAME', { out: 'FILE' })}, and take FILE to a machine that is always on.`,
  );
};
