import type { ChangeContext } from '../../ports/context.ts';
import { accountInUse } from '../operation/account-in-use.ts';

/** Makes an uninstalled reaper count as unseen at once, however lately it ran: it ends no VM any more. */
export const unseeReaper = async (context: ChangeContext): Promise<void> => {
  const account = accountInUse(context);
  if (account === null) return;
  const ledger = await context.ledger();
  const [row] = ledger.enforcers({ network: context.network, subject: account, kind: 'reaper' });
  if (row === undefined) return;
  ledger.write('enforcer.seen', (transaction) => transaction.putEnforcer({ ...row, verifiedAt: null }));
};
