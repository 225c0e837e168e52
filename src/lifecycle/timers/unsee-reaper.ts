import type { ChangeContext } from '../../ports/context.ts';

/** Makes an uninstalled reaper count as unseen at once, however lately it ran: it ends no VM of any account any more. */
export const unseeReaper = async (context: ChangeContext): Promise<void> => {
  const ledger = await context.ledger();
  const rows = ledger.enforcers({ network: context.network, kind: 'reaper' });
  if (rows.length === 0) return;
  ledger.write('enforcer.seen', (transaction) => {
    for (const row of rows) transaction.putEnforcer({ ...row, verifiedAt: null });
  });
};
