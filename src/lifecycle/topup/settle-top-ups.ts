import { knownFailure } from '../../domain/failure/known-failure.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { nodesAgain } from './credit-sale.ts';
import { openTopUps } from './plan-top-up.ts';
import { settleTopUp } from './settle-top-up.ts';

/** Long enough for a transaction to be sent and seen; a round of gc waits for no block. */
const roundMs = 2_000;

/** Goes on with the account's top-ups whose process died; what cannot be told yet stays for the next round. */
export const settleTopUps = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  for (const operation of await openTopUps(context, account)) {
    // the end of one transaction is the end of all with its nonce
    if (ledger.operation(operation.id)?.state !== 'running') continue;
    try {
      const { rpcs } = topUpOf(operation).subject;
      const nodes = nodesAgain(await context.evm(), [], rpcs);
      await settleTopUp(context, operation.id, { nodes, untilMs: context.clock.now() + roundMs });
    } catch (thrown) {
      const { code, message } = knownFailure(thrown);
      context.warn(code, message);
    }
  }
};
