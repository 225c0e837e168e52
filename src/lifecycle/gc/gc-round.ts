import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { findAlerts, outageAlerts, strayAlert } from '../alerts/find-alerts.ts';
import { raiseAlerts } from '../alerts/raise-alerts.ts';
import { type Collected, collectGarbage } from './collect-garbage.ts';
import { keepArmed } from './keep-armed.ts';
import { type GcItem, planGc } from './plan-gc.ts';

/**
 * Everything that gc does at one time: ends and resumes what `items` name, sees that the other VMs will end, and tells people; also
 * when one of them went wrong, which is thrown at the end.
 */
export const gcRound = async (context: ChangeContext, account: string, items: readonly GcItem[]): Promise<Collected[]> => {
  const done = await collectGarbage(context, account, items).catch(passableFailure);
  await keepArmed(context, account);
  const strays = items.filter(({ reason }) => reason === 'unknownToLedger').length;
  await raiseAlerts(context, [...(await findAlerts(context, account)), ...strayAlert(context, account, strays)]);
  if (done instanceof Failure) throw done;
  return done;
};

/** Puts it on record that a reaper is at work here. A round by hand is none: nothing says that another follows. */
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

/** A round of gc by itself. */
export const reap = async (context: ChangeContext, account: string): Promise<Collected[]> => {
  try {
    return await gcRound(context, account, await planGc(context, account));
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code.startsWith('NETWORK_')) await raiseAlerts(context, await outageAlerts(context, account));
    throw thrown;
  }
};
