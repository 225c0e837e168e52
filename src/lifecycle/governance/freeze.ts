import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { accountInUse } from '../operation/account-in-use.ts';
import { auditAccount } from '../trail/audit.ts';
import { markHead } from '../trail/audit-head.ts';
import { settleUnasked } from '../trail/settle-head.ts';

/** The accounts that this home spends from, or its ledger has: a freeze holds for all of them. */
const accountsOf = (context: ChangeContext, ledger: LedgerReader): string[] => {
  const { network } = context;
  const keys = context.keys.list().filter((key) => key.network === network && key.role === 'account');
  const spent = ledger.vms({ network }).map(({ account }) => account);
  return [...new Set([...keys.map(({ address }) => address), ...spent.filter((account) => ledger.head({ account }) !== null)])];
};

/** Freezes this network: from this transaction on no process creates or extends a VM for any of its accounts. Anybody may freeze. */
export const freeze = async (context: ChangeContext): Promise<void> => {
  const { network } = context;
  // Whoever freezes is in a hurry: no key has to be chosen first.
  const account = accountInUse(context) ?? '';
  const ledger = await context.ledger();
  const accounts = accountsOf(context, ledger);
  ledger.write('freeze.set', (transaction) => {
    const seq = transaction.insertFreeze({ network, account: null, frozen: true, at: context.clock.now(), approval: null });
    auditAccount(context, transaction, { point: 'freeze.set', account, outcome: 'frozen', facts: { freeze: seq } });
    // The heads are marked to be published, before the first spend too: a ledger that lacks this freeze, an older one or none, shows itself.
    for (const each of accounts) markHead(context, transaction, { account: each, network });
  });
  await settleUnasked(context, accounts);
};
