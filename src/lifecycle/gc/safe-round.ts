import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import { alertOf } from '../alerts/find-alerts.ts';
import { raiseAlerts } from '../alerts/raise-alerts.ts';
import { accountsInCare } from './accounts-in-care.ts';
import type { Collected } from './collect-garbage.ts';
import { reap, seeReaper } from './gc-round.ts';
import type { Arming } from './keep-armed.ts';

/** The accounts that a safe looks after on a network: those of its agents, and those with live VMs. */
const accountsServed = async (context: ReadContext): Promise<string[]> => {
  const ledger = await context.ledger();
  const served = ledger.agents({ network: context.network }).map(({ account }) => account);
  return [...new Set([...served, ...(await accountsInCare(context))])];
};

/** One round of a safe that is served, over every account of its home; it is seen at work before it begins, so that a long round hides nothing. */
export const safeRound = async (context: ChangeContext, arming: Arming = 'in turn'): Promise<Collected[]> => {
  for (const account of await accountsServed(context)) await seeReaper(context, account, 'safe');
  return reap(context, arming);
};

/** Tells people that no round of the safe has come to its end for so long; ends of VMs go on beside it. */
export const alertLongRound = async (context: ChangeContext, minutes: number): Promise<void> => {
  const message = `No round of the safe has come to its end for ${minutes} min: timers, probes and half-done teardowns wait for it.`;
  const accounts = await accountsServed(context);
  await raiseAlerts(
    context,
    accounts.map((account) => alertOf(context, account)('SAFE_ROUND_LONG', null, message)),
  );
};
