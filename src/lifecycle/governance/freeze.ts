import type { ChangeContext } from '../../ports/context.ts';
import { accountInUse } from '../operation/account-in-use.ts';
import { markHead } from '../trail/audit-head.ts';
import { settleHead } from '../trail/publish-audit-head.ts';

/** Stops creation and extension for every account of this network, in every process, from this transaction on. Anybody may. */
export const freeze = async (context: ChangeContext): Promise<void> => {
  const { network, caller } = context;
  // in a hurry nobody chooses a key first
  const account = accountInUse(context) ?? '';
  const ledger = await context.ledger();
  ledger.write('freeze.set', (transaction) => {
    const at = context.clock.now();
    const seq = transaction.insertFreeze({ network, account: null, frozen: true, at, approval: null });
    transaction.recordEffect({
      at,
      point: 'freeze.set',
      network,
      account,
      task: caller.task,
      operation: null,
      vm: null,
      outcome: 'frozen',
      credits: null,
      latencyMs: null,
      facts: { freeze: seq },
    });
    // A ledger from before it is an older one, whatever it says itself.
    if (transaction.head({ account, network }) !== null) markHead(context, transaction, { account, network });
  });
  if (account !== '') await settleHead(context, account);
};
