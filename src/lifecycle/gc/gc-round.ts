import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import { aboveAlerts, askedAlert, findAlerts, outageAlerts, overdueAlerts, strayAlert } from '../alerts/find-alerts.ts';
import { raiseAlerts } from '../alerts/raise-alerts.ts';
import { endGrants } from '../grants/end-grants.ts';
import { seeGrants } from '../timers/see-grants.ts';
import { settleTopUps } from '../topup/settle-top-ups.ts';
import { settleTransfers } from '../transfer/settle-transfers.ts';
import { accountsInCare } from './accounts-in-care.ts';
import { type Collected, collectGarbage } from './collect-garbage.ts';
import { type Arming, keepArmed } from './keep-armed.ts';
import { type GcItem, planGc } from './plan-gc.ts';

/**
 * Does one round of gc: ends and resumes what `items` name, keeps the other VMs' timers armed, and alerts people. Alerts go out even when
 * collecting failed; that failure is thrown at the end.
 */
export const gcRound = async (
  context: ChangeContext,
  account: string,
  items: readonly GcItem[],
  arming: Arming = 'at once',
): Promise<Collected[]> => {
  const probes = arming !== 'not now';
  const done = await collectGarbage(context, account, items, { probes }).catch(passableFailure);
  if (probes) await keepArmed(context, account, arming);
  await settleTransfers(context, account);
  await settleTopUps(context, account);
  await seeGrants(context, account);
  const overdue = await endGrants(context, account);
  const strays = items.filter(({ reason }) => reason === 'unknownToLedger').length;
  // trouble that lasts is told by the full round that follows: nobody need wait for it before a safe answers
  const lasting = probes ? [...(await findAlerts(context, account)), ...(await aboveAlerts(context, account))] : [];
  const alerts = [
    ...lasting,
    ...(await askedAlert(context, account)),
    ...strayAlert(context, account, strays),
    ...overdueAlerts(context, account, overdue),
  ];
  await raiseAlerts(context, alerts);
  if (done instanceof Failure) throw done;
  return done;
};

/**
 * Records that a reaper, or a safe, is at work for the account on this machine. A round by hand does not count: nothing says that another one
 * follows.
 */
export const seeReaper = async (context: ChangeContext, account: string, kind: 'reaper' | 'safe' = 'reaper'): Promise<void> => {
  const ledger = await context.ledger();
  const at = context.clock.now();
  ledger.write('enforcer.seen', (transaction) =>
    transaction.putEnforcer({
      network: context.network,
      subject: account,
      kind,
      state: 'armed',
      expiresAt: null,
      limitAt: null,
      digest: null,
      problem: null,
      verifiedAt: at,
    }),
  );
};

/** What gc found of each account that it looks after. */
export type GcPlans = readonly { account: string; items: readonly GcItem[] }[];

/**
 * Plans a round of gc for every account that has live VMs in the ledger. A VM is planned for once, whatever its row says of its account; an
 * account of which nothing can be read keeps no other's VMs alive, and is warned of. Throws where that is all of them.
 */
export const planRounds = async (context: ReadContext): Promise<GcPlans> => {
  const plans: { account: string; items: GcItem[] }[] = [];
  const failures: { account: string; failure: Failure }[] = [];
  const seen = new Set<string>();
  for (const account of await accountsInCare(context)) {
    const found = await planGc(context, account).catch(passableFailure);
    if (found instanceof Failure) {
      failures.push({ account, failure: found });
      continue;
    }
    const items = found.filter(({ id }) => !seen.has(id));
    for (const { id } of items) seen.add(id);
    plans.push({ account, items });
  }
  if (plans.length === 0 && failures[0] !== undefined) throw failures[0].failure;
  for (const { account, failure } of failures) {
    context.warn(failure.code, `The VMs of ${account} are not looked after this time: ${failure.message}`);
  }
  return plans;
};

/** Does a round of gc for each account. One account's failure, which is thrown at the end, keeps no other account's VMs alive. */
export const gcRounds = async (context: ChangeContext, plans: GcPlans, arming: Arming = 'at once'): Promise<Collected[]> => {
  const outcomes: (Collected[] | Failure)[] = [];
  for (const { account, items } of plans) outcomes.push(await gcRound(context, account, items, arming).catch(passableFailure));
  const failed = outcomes.find((outcome) => outcome instanceof Failure);
  if (failed !== undefined) throw failed;
  return outcomes.flatMap((outcome) => (outcome instanceof Failure ? [] : outcome));
};

/**
 * Plans and does one round of gc, as the installed timer runs it. Where the network does not answer, raises the alerts that the ledger
 * alone can give.
 */
export const reap = async (context: ChangeContext, arming: Arming = 'at once'): Promise<Collected[]> => {
  try {
    return await gcRounds(context, await planRounds(context), arming);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code.startsWith('NETWORK_')) {
      for (const account of await accountsInCare(context)) await raiseAlerts(context, await outageAlerts(context, account));
    }
    throw thrown;
  }
};
