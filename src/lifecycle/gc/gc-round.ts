import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { aboveAlerts, findAlerts, outageAlerts, strayAlert } from '../alerts/find-alerts.ts';
import { raiseAlerts } from '../alerts/raise-alerts.ts';
import { settleTransfers } from '../transfer/settle-transfers.ts';
import { type Collected, collectGarbage } from './collect-garbage.ts';
import { keepArmed } from './keep-armed.ts';
import { type GcItem, planGc } from './plan-gc.ts';

/**
 * Does one round of gc: ends and resumes what `items` name, keeps the other VMs' timers armed, and alerts people. Alerts go out even when
 * collecting failed; that failure is thrown at the end.
 */
export const gcRound = async (context: ChangeContext, account: string, items: readonly GcItem[]): Promise<Collected[]> => {
  const done = await collectGarbage(context, account, items).catch(passableFailure);
  await keepArmed(context, account);
  await settleTransfers(context, account);
  const strays = items.filter(({ reason }) => reason === 'unknownToLedger').length;
  const alerts = [
    ...(await findAlerts(context, account)),
    ...strayAlert(context, account, strays),
    ...(await aboveAlerts(context, account)),
  ];
  await raiseAlerts(context, alerts);
  if (done instanceof Failure) throw done;
  return done;
};

/**
 * Records that a reaper is at work for the account on this machine. A round by hand does not count: nothing says that another one follows.
 */
export const seeReaper = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  const at = context.clock.now();
  ledger.write('enforcer.seen', (transaction) =>
    transaction.putEnforcer({
      network: context.network,
      subject: account,
      kind: 'reaper',
      state: 'armed',
      expiresAt: null,
      limitAt: null,
      digest: null,
      problem: null,
      verifiedAt: at,
    }),
  );
};

/**
 * Plans and does one round of gc, as the installed timer runs it. Where the network does not answer, raises the alerts that the ledger
 * alone can give.
 */
export const reap = async (context: ChangeContext, account: string): Promise<Collected[]> => {
  try {
    return await gcRound(context, account, await planGc(context, account));
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code.startsWith('NETWORK_')) await raiseAlerts(context, await outageAlerts(context, account));
    throw thrown;
  }
};
