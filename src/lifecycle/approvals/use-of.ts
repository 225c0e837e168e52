import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { ApprovalRecord, EffectRecord } from '../../domain/ledger/ledger-records.ts';
import type { LedgerReader, LedgerTransaction } from '../../ports/ledger.ts';

/** The row of the trail by which an approval was used up; null where it was not. It can be used once, so the oldest counts. */
export const useOf = (ledger: Pick<LedgerReader, 'effects'>, { account, network, id }: ApprovalRecord): EffectRecord | null =>
  ledger
    .effects({ account, network, point: 'approval.use' })
    .findLast((effect) => effect.outcome === 'used' && factsOf('approval.use', effect).approval === id) ?? null;

/**
 * Tells by the audit trail whether a transfer gave an approval that was used, whichever request it answered, and of whichever account: nothing
 * can be taken out of the trail unseen, but approval rows and nonces can be.
 */
export const wasSpent = (transaction: LedgerTransaction, network: string, transfer: string): boolean =>
  transaction.effects({ network, point: 'approval.use' }).some((effect) => {
    const facts = factsOf('approval.use', effect);
    return 'transfer' in facts && facts.transfer === transfer;
  });
