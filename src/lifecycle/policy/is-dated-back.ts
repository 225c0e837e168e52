import type { EffectRecord } from '../../domain/ledger/ledger-records.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** So far may the clock of a machine be off (product.md §1 rule 13), ms. */
const clockOffMs = 120_000;

/** Does a row of the trail say a time that had passed when it was written, as the rows before it show? Somebody chose it then. */
export const isDatedBack = (
  ledger: Pick<LedgerReader, 'effects'>,
  { network, seq, at }: Pick<EffectRecord, 'network' | 'seq' | 'at'>,
): boolean => ledger.effects({ network, before: seq, since: at + clockOffMs, limit: 1 }).length > 0;
