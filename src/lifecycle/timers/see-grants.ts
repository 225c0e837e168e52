import type { EnforcerRecord } from '../../domain/ending/enforcer.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { payerIn } from '../account/account-rows.ts';
import { grantOf, type Parties } from '../operation/grant-of.ts';

/** Does the payer let the account act for it still? null where two hosts do not tell. */
const stands = (context: ChangeContext, parties: Parties): Promise<boolean | null> =>
  grantOf(context, parties).then(
    () => true,
    (thrown: unknown) => {
      if (!(thrown instanceof Failure) || thrown.code === 'INTERRUPTED') throw thrown;
      return thrown.code === 'GRANT_MISSING' ? false : null;
    },
  );

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
 * nothing that this account signed ends the VM any more.
 */
export const seeGrants = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  const { network } = context;
  const live = ledger
    .vms({ account, network, states: liveStates })
    .map((vm) => ({ id: vm.id, payer: payerIn(ledger, vm) }))
    .filter(({ payer }) => payer !== account);
  for (const payer of new Set(live.map((vm) => vm.payer))) {
    const holds = await stands(context, { account, payer });
    if (holds === null) continue;
    const state = holds ? 'armed' : 'failed';
    const changed = live
      .filter((vm) => vm.payer === payer)
      .filter(({ id }) => (ledger.enforcers({ network, subject: id, kind: 'grant' })[0]?.state ?? 'armed') !== state);
    if (changed.length === 0) continue;
    ledger.write('enforcer.seen', (transaction) => {
      for (const { id } of changed) transaction.putEnforcer(grantRow(network, id, holds, context.clock.now()));
    });
  }
};
