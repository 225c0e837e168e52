import type { ChangeContext } from '../ports/context.ts';
import { type Collected, collectGarbage } from './collect-garbage.ts';
import { findAlerts } from './find-alerts.ts';
import { keepArmed } from './keep-armed.ts';
import { type GcItem, planGc } from './plan-gc.ts';
import { raiseAlerts } from './raise-alerts.ts';

/** Everything that gc does at one time: ends and resumes what `items` name, sees that the other VMs will end, and tells people. */
export const gcRound = async (context: ChangeContext, account: string, items: readonly GcItem[]): Promise<Collected[]> => {
  const found = await findAlerts(context, account);
  const done = await collectGarbage(context, account, items);
  await keepArmed(context, account);
  // what was mended on the way is no alert any more, and strays are in the ledger by now
  const left = await findAlerts(context, account);
  await raiseAlerts(context, [...left, ...found.filter(({ code }) => code === 'STRAY_VMS')]);
  return done;
};

/** One round of gc by itself, which puts it on record that a reaper is at work here. */
export const reap = async (context: ChangeContext, account: string): Promise<Collected[]> => {
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
  return gcRound(context, account, await planGc(context, account));
};
