import { knownFailure } from '../../domain/failure/known-failure.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { settleTransfer } from './transfer-credits.ts';

/** Brings the account's transfers to their end whose process died; what cannot be told yet stays for the next round. */
export const settleTransfers = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  for (const { id } of ledger.operations({ account, network: context.network, kind: 'transfer', state: 'running' })) {
    await settleTransfer(context, id).catch((thrown) => {
      const { code, message } = knownFailure(thrown);
      context.warn(code, message);
    });
  }
};
