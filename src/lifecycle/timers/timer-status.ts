import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { InstalledTimer } from '../../ports/host/reaper-timer.ts';
import { accountInUse } from '../operation/account-in-use.ts';

export interface TimerStatus {
  kind: InstalledTimer['kind'] | null;
  active: boolean | null;
  files: string[];
  log: string | null;
  missing: string | null;
  lastSeenAt: string | null;
  alertCommand: string | null;
  alertUrl: string | null;
  alertFile: string | null;
}

/** Returns how this machine's timer runs gc, when the reaper was last seen at work, and whom it alerts. */
export const timerStatus = async (context: Pick<ReadContext, 'ledger' | 'network' | 'keys' | 'host'>): Promise<TimerStatus> => {
  const account = accountInUse(context);
  const [ledger, installed, target] = await Promise.all([
    context.ledger(),
    context.host.reaperTimer.status({ network: context.network, account: account ?? '' }),
    context.host.alerts.target(),
  ]);
  const row = account === null ? undefined : ledger.enforcers({ network: context.network, subject: account, kind: 'reaper' })[0];
  return {
    kind: installed?.kind ?? null,
    active: installed?.active ?? null,
    files: installed?.files ?? [],
    log: installed?.log ?? null,
    missing: installed?.missing ?? null,
    lastSeenAt: row?.verifiedAt == null ? null : formatInstant(row.verifiedAt),
    alertCommand: target.command,
    alertUrl: target.url,
    alertFile: target.url === null ? null : await context.host.alerts.file(),
  };
};
