import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';

/** A timer of gc install that ran, and that is not in this machine any more though nobody took it out by gc uninstall. */
export interface GoneTimer {
  lastSeenAt: string;
  /** null: nobody knows it any more. */
  everyMinutes: number | null;
}

/** Finds that an account's timer is gone. One that is there and stopped is none: somebody may have stopped it. */
export const goneTimer = async (context: Pick<ReadContext, 'network' | 'host' | 'ledger'>, account: string): Promise<GoneTimer | null> => {
  const { network, host } = context;
  const scope = { network, account };
  if ((await host.reaperTimer.status(scope)) !== null) return null;
  const [row] = (await context.ledger()).enforcers({ network, subject: account, kind: 'reaper' });
  if (row?.verifiedAt == null || !(await host.reaperTimer.wasInstalled(scope))) return null;
  return { lastSeenAt: formatInstant(row.verifiedAt), everyMinutes: await host.reaperTimer.lastInterval(scope) };
};
