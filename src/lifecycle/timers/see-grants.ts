import type { EnforcerRecord } from '../../domain/ending/enforcer.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { payerIn } from '../account/account-rows.ts';
import { beyondGrant } from './beyond-grant.ts';

const grantRow = (network: string, subject: string, holds: boolean, verifiedAt: number): EnforcerRecord => ({
  network,
  subject,
  kind: 'grant',
  state: holds ? 'armed' : 'failed',
  expiresAt: null,
  limitAt: null,
  digest: null,
  problem: holds ? null : 'its payer has taken the grant back',
  verifiedAt,
});

/**
 * Looks at the grants of all other accounts that pay for live VMs of this one, and records for each VM where that has changed: without a grant
 * on its channel nothing that this account signed ends the VM any more.
 */
export const seeGrants = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  const { network } = context;
  const live = ledger
    .vms({ account, network, states: liveStates })
    .map((vm) => ({ id: vm.id, payer: payerIn(ledger, vm) }))
    .filter(({ payer }) => payer !== account);
  for (const payer of new Set(live.map((vm) => vm.payer))) {
    const paid = live.filter((vm) => vm.payer === payer).map(({ id }) => id);
    const beyond = await beyondGrant(context, { account, payer }, paid);
    if (beyond === null) continue;
    const seen = paid.map((id) => ({ id, holds: !beyond.includes(id) }));
    const changed = seen.filter(
      ({ id, holds }) => ((ledger.enforcers({ network, subject: id, kind: 'grant' })[0]?.state ?? 'armed') === 'armed') !== holds,
    );
    if (changed.length === 0) continue;
    ledger.write('enforcer.seen', (transaction) => {
      for (const { id, holds } of changed) transaction.putEnforcer(grantRow(network, id, holds, context.clock.now()));
    });
  }
};
