import type { ChangeContext } from '../../ports/context.ts';
import { accountInUse } from '../operation/account-in-use.ts';
import { markHead } from '../trail/audit-head.ts';
import { settleHead } from '../trail/publish-audit-head.ts';

/** Freezes this network: from this transaction on no process creates or extends a VM for any of its accounts. Anybody may freeze. */
export const freeze = async (context: ChangeContext): Promise<void> => {
  const { network, caller } = context;
  // Whoever freezes is in a hurry: no key has to be chosen first.
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
    // The head is marked to be published, before the first spend too: a ledger that lacks this freeze, an older one or none, shows itself.
    if (account !== '') markHead(context, transaction, { account, network });
  });
  if (account !== '') await settleHead(context, account);
};
